// What both pages show with: elements, two languages, files chosen or dropped, progress.

export const at = (id) => document.getElementById(id);

/** Elements from nested arrays: ["p", {class: "x"}, "text", ["b", {}, "more"]]. */
export function made([name, attributes, ...inside]) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside.map((each) => (Array.isArray(each) ? made(each) : each)));
  return element;
}

/** The same in both languages, of which one is shown. */
export const both = (ja, en, name = "span") => [[name, { lang: "ja" }, ja], [name, { lang: "en" }, en]];

/** Replaces the result; the screen reader hears it, and the keyboard goes on from it. */
export function show(kind, [ja, en], ...more) {
  const result = at("result");
  result.className = kind;
  result.replaceChildren(made(["h2", { tabindex: "-1" }, ...both(ja, en)]), ...more.map((each) => (Array.isArray(each) ? made(each) : each)));
  result.firstChild.focus();
}

export const paragraph = (ja, en) => ["p", {}, ...both(ja, en)];

function speak(language) {
  document.documentElement.lang = language;
  for (const each of ["ja", "en"]) at(each).setAttribute("aria-pressed", String(each === language));
}

export function offerLanguages() {
  for (const each of ["ja", "en"]) at(each).addEventListener("click", () => speak(each));
  speak(navigator.language.startsWith("ja") ? "ja" : "en");
}

/** `taken(files)` hears of files chosen in the input or dropped anywhere on the page. */
export function takeFiles(input, taken) {
  input.addEventListener("change", () => taken([...input.files]));
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      document.body.classList.toggle("over", name === "dragover");
      if (name === "drop") taken([...event.dataTransfer.files]);
    });
  }
}

/** Hears of bytes done; shows how far it is and how long it will take. */
export function progressOf(total) {
  const began = performance.now();
  let told = 0;
  at("working").hidden = false;
  at("progress").value = 0;
  at("left").replaceChildren();
  return (done) => {
    const now = performance.now();
    if (now - told < 250 && done < total) return;
    told = now;
    const part = Math.min(done / total, 1);
    const left = Math.ceil(((now - began) / 1000) * Math.max(1 / part - 1, 0));
    const percent = Math.floor(100 * part);
    at("progress").value = part;
    at("left").replaceChildren(...both(`${percent} %　残り 約${left}秒`, `${percent} %, about ${left} s left`).map(made));
  };
}

export const sizeOf = (bytes) =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
