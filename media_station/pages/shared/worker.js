// The page's end of the worker: one task at a time, its pieces written as they come.

import { at } from "./dom.js";

const source = new Blob([at("work").textContent], { type: "text/javascript" });

export class Failed extends Error {}

export class Work {
  constructor() {
    const address = URL.createObjectURL(source);
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
  }

  /** The task's answer. `told(bytes)` hears how far it is, `write(piece)` gets what it makes. Failed says why not. */
  ask(task, { told = () => {}, write = null } = {}) {
    return new Promise((resolve, reject) => {
      this.stop = () => {
        this.worker.terminate();
        reject(new Failed("stopped"));
      };
      this.worker.onerror = (event) => reject(new Error(event.message || "worker"));
      this.worker.onmessage = async ({ data }) => {
        if (data.failed) reject(new Failed(data.failed));
        else if (data.answer) resolve(data.answer);
        else {
          told(data.done);
          if (!data.piece) return;
          try {
            await write(data.piece);
            this.worker.postMessage({ more: true });
          } catch (error) {
            this.worker.terminate();
            reject(error);
          }
        }
      };
      this.worker.postMessage(task);
    });
  }

  end() {
    this.worker.terminate();
  }
}
