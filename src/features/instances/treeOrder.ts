import { instanceLabel, type Instance } from "../../instances/instance";
import type { RosterRevisions } from "../../ui/instance/roster";
import { isFailed } from "../../ui/instance/roster";
import type { Compare } from "./orderedRows";

export const sortOrders = ["name", "state", "date"] as const;
export type SortOrder = (typeof sortOrders)[number];

/** The orders that a person can choose; in each, what failed comes first, and names decide between equals. */
export const comparisons: Readonly<Record<SortOrder, Compare>> = {
  name: (one, other) => failedFirst(one, other) || byName(one, other),
  state: (one, other) =>
    failedFirst(one, other) || compareTexts(one.state ?? "", other.state ?? "") || byName(one, other),
  date: (one, other) => failedFirst(one, other) || newestFirst(one, other) || byName(one, other),
};

/** Another number when a list in that order may be another one. */
export function orderRevision(sortBy: SortOrder, { members, states, dates }: RosterRevisions): number {
  if (sortBy === "name") return members;
  return members + (sortBy === "state" ? states : dates);
}

function failedFirst(one: Instance, other: Instance): number {
  return Number(isFailed(other)) - Number(isFailed(one));
}

function newestFirst(one: Instance, other: Instance): number {
  return Math.sign((other.createdAt ?? 0) - (one.createdAt ?? 0));
}

/** Unnamed ones last. */
function byName(one: Instance, other: Instance): number {
  return (
    Number(!one.name) - Number(!other.name) ||
    compareTexts(instanceLabel(one), instanceLabel(other)) ||
    (one.id < other.id ? -1 : 1)
  );
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The order of the collator above, which knows every script and takes twenty times as long for ASCII. */
const asciiOrder = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";
const ranks = new Uint8Array(128);
for (const [index, character] of Array.from(asciiOrder).entries()) {
  ranks[character.charCodeAt(0)] = index + 1;
  ranks[character.toUpperCase().charCodeAt(0)] = index + 1;
}
const zeroRank = asciiOrder.indexOf("0") + 1;
const nineRank = zeroRank + 9;

/** As people order names: numbers by their value, capitals like small letters. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  let i = firstDifference(one, other);
  let j = i;
  while (i < one.length && j < other.length) {
    const rank = rankAt(one, i);
    const otherRank = rankAt(other, j);
    if (rank === 0 || otherRank === 0) return collator.compare(one, other);
    if (!isDigit(rank) || !isDigit(otherRank)) {
      if (rank !== otherRank) return rank - otherRank;
      i++;
      j++;
      continue;
    }
    i = afterZeros(one, i);
    j = afterZeros(other, j);
    const end = endOfDigits(one, i);
    const otherEnd = endOfDigits(other, j);
    if (end - i !== otherEnd - j) return end - i - (otherEnd - j);
    for (; i < end; i++, j++) {
      const difference = one.charCodeAt(i) - other.charCodeAt(j);
      if (difference !== 0) return difference;
    }
  }
  return one.length - i - (other.length - j);
}

/** Where they part; at the beginning of the number or of what is not ASCII that they part in. */
function firstDifference(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  let index = 0;
  while (index < length && one.charCodeAt(index) === other.charCodeAt(index)) index++;
  while (index > 0 && isPartOfMore(one.charCodeAt(index - 1))) index--;
  return index;
}

function isPartOfMore(code: number): boolean {
  return (code >= 48 && code <= 57) || code > 126 || code < 32;
}

function rankAt(text: string, index: number): number {
  return ranks[text.charCodeAt(index)] ?? 0;
}

function isDigit(rank: number): boolean {
  return rank >= zeroRank && rank <= nineRank;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (end < text.length && isDigit(rankAt(text, end))) end++;
  return end;
}

/** Zeros before a number do not count. */
function afterZeros(text: string, start: number): number {
  let index = start;
  while (rankAt(text, index) === zeroRank) index++;
  return index;
}
