import { capitalized } from "../../core/capitalized";
import { durationText } from "../../core/duration";
import { timeText } from "../../core/timeText";
import type { TimelineModel } from "./protocol/pieces";

type SegmentModel = TimelineModel["segments"][number];

/** A stretch of the bar, in hundredths of it. */
export interface Stretch {
  readonly x: number;
  readonly width: number;
  readonly segment: SegmentModel;
}

/** However short it was, it can be seen. */
const minWidth = 2;

/** Where each segment stands on a bar from the first to now, its width its duration. */
export function stretchesOf({ segments }: TimelineModel, now: number): readonly Stretch[] {
  const lengths = segments.map(({ from, to = now }) => Math.max(0, to - from));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const wanted = lengths.map((length) => Math.max(minWidth, total > 0 ? (length / total) * 100 : 100));
  const scale = 100 / wanted.reduce((sum, width) => sum + width, 0);
  let x = 0;
  return segments.map((segment, index) => {
    const stretch = { x, width: (wanted[index] ?? 0) * scale, segment };
    x += stretch.width;
    return stretch;
  });
}

/** How far on the bar the usual end is, as a pair of hundredths; undefined when it lies beyond it. */
export function usualMark(
  model: TimelineModel,
  now: number,
): { readonly x: number; readonly width: number } | undefined {
  const [first] = model.segments;
  const end = model.segments.at(-1)?.to ?? now;
  if (!model.usual || !first || end <= first.from) return undefined;
  const at = (ms: number) => Math.min(100, (ms / (end - first.from)) * 100);
  const { fromMs, toMs } = model.usual;
  return at(fromMs) >= 100 ? undefined : { x: at(fromMs), width: Math.max(0.5, at(toMs) - at(fromMs)) };
}

/** The same as the picture, in words: "Initializing 7 min 12 s · Active since 2026-11-21 14:10:02 UTC". */
export function timelineText(model: TimelineModel, now: number): string {
  return capitalized(model.segments.map((segment) => segmentText(segment, now)).join(" · "));
}

export function segmentText(segment: SegmentModel, now: number): string {
  const { text, from, to, isUnseen, isLasting, isFirstSeen } = segment;
  if (isUnseen) return `not watched for ${durationText((to ?? now) - from)}`;
  if (to !== undefined) return `${text} ${durationText(to - from)}`;
  if (isFirstSeen) return `${text}, first seen ${timeText(from)}`;
  return isLasting ? `${text} since ${timeText(from)}` : `${text} for ${durationText(now - from)} so far`;
}

/** "usually 6 to 9 min" */
export function usualText({ fromMs, toMs }: NonNullable<TimelineModel["usual"]>): string {
  const inMinutes = toMs >= 2 * 60_000;
  const unitMs = inMinutes ? 60_000 : 1_000;
  const from = Math.max(1, Math.floor(fromMs / unitMs));
  const to = Math.max(from, Math.ceil(toMs / unitMs));
  return `usually ${from === to ? `${to}` : `${from} to ${to}`} ${inMinutes ? "min" : "s"}`;
}
