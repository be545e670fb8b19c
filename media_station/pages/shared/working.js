// The worker's end: what every task there needs.

export const PIECE = 4 << 20; // bytes that go to the page at once
const AHEAD = 2; // pieces that may be on their way

let waiting = 0;
let wake = () => {};

/** Why a task can't be done, by a name that the page has a text for. */
export class Fault extends Error {}

/** Gives a piece to the page; waits while it hasn't written those before. */
export async function hand(piece, done) {
  waiting += 1;
  postMessage({ piece, done }, [piece.buffer]);
  while (waiting >= AHEAD) await new Promise((resolve) => { wake = resolve; });
}

/** Pieces of equal length from chunks of any. */
export class Pieces {
  constructor() {
    this.piece = new Uint8Array(PIECE);
    this.used = 0;
  }

  async add(chunk, done) {
    for (let from = 0; from < chunk.length; ) {
      const taken = chunk.subarray(from, from + PIECE - this.used);
      this.piece.set(taken, this.used);
      this.used += taken.length;
      from += taken.length;
      if (this.used === PIECE) {
        await hand(this.piece, done);
        this.piece = new Uint8Array(PIECE);
        this.used = 0;
      }
    }
  }

  async end(done) {
    if (this.used) await hand(this.piece.slice(0, this.used), done);
  }
}

export async function* chunksOf(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** Lines and their ends, as the station's `send` counts them: a last line counts without an end too. */
export class Lines {
  constructor() {
    this.ends = 0;
    this.last = 10;
  }

  take(chunk) {
    if (!chunk.length) return;
    for (let found = chunk.indexOf(10); found >= 0; found = chunk.indexOf(10, found + 1)) this.ends += 1;
    this.last = chunk[chunk.length - 1];
  }

  /** Without the headings. */
  get records() {
    return Math.max(this.ends + (this.last === 10 ? 0 : 1) - 1, 0);
  }
}

export const hex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");

/** `tasks`: name to what does it. An answer, or a Fault's name, goes to the page. */
export function serve(tasks) {
  onmessage = async ({ data }) => {
    if (data.more) {
      waiting -= 1;
      wake();
      return;
    }
    try {
      postMessage({ answer: await tasks[data.task](data) });
    } catch (error) {
      postMessage({ failed: error instanceof Fault ? error.message : "unreadable" });
    }
  };
}
