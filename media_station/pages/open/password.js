// The password as the notice prints it: docs/formats.md ("Password").

const ALPHABET = "23456789ACEFHJKMNPRTWXY";
export const GROUPS = 6;
const GROUP_CHARACTERS = 5;
const WEIGHTS = [1, 2, 3, 4, 5];
const LONGEST_TYPED = 200;
// Blanks, all kinds of hyphens, and what a Japanese keyboard gives for one.
const SEPARATORS = /[\p{White_Space}\p{Pd}\u2212\u30fc\u2500\u2501]+/u;

function isGroup(text, number) {
  const values = Array.from(text, (character) => ALPHABET.indexOf(character));
  if (values.length !== GROUP_CHARACTERS || values.includes(-1)) return false;
  return (values.reduce((sum, value, at) => sum + WEIGHTS[at] * value, 0) - number) % ALPHABET.length === 0;
}

const wrongOf = (groups) => groups.flatMap((group, at) => (isGroup(group, at + 1) ? [] : [at + 1]));

function parted(text) {
  const typed = text.normalize("NFKC").toUpperCase().replace(/\p{Cf}/gu, "").split(SEPARATORS).filter(Boolean);
  const characters = Array.from(typed.join(""));
  const byLength = [];
  for (let at = 0; at < characters.length; at += GROUP_CHARACTERS) {
    byLength.push(characters.slice(at, at + GROUP_CHARACTERS).join(""));
  }
  return { typed, byLength };
}

/** {password} in its canonical form; {wrong}: the numbers of groups with a typo; neither if the groups are too few or many. */
export function parsePassword(text) {
  if (Array.from(text).length > LONGEST_TYPED) return {};
  const { typed, byLength } = parted(text);
  if (byLength.length === GROUPS && !wrongOf(byLength).length) return { password: byLength.join("-") };
  // The hyphens as typed tell better than counting in fives in which group a character was lost or added.
  if (typed.length === GROUPS) return { wrong: wrongOf(typed) };
  const last = byLength.at(-1) ?? "";
  if (byLength.length === GROUPS + 1 && last.length < GROUP_CHARACTERS) {
    byLength.splice(GROUPS - 1, 2, byLength[GROUPS - 1] + last);
  }
  return byLength.length === GROUPS ? { wrong: wrongOf(byLength) } : {};
}

/** While it is typed: of each group whether it is right, wrong, or not there yet. */
export function groupsSoFar(text) {
  const { typed, byLength } = parted(text);
  const groups = typed.length > 1 ? typed : byLength;
  return Array.from({ length: GROUPS }, (_, at) => {
    const group = groups[at] ?? "";
    if (isGroup(group, at + 1)) return "right";
    return Array.from(group).length < GROUP_CHARACTERS && at >= groups.length - 1 ? "" : "wrong";
  });
}
