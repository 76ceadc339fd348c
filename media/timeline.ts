import type { TimelineModel } from "../src/ui/page/protocol/pieces";
import { segmentText, stretchesOf, timelineText, usualMark, usualText } from "../src/ui/page/timeline";
import { h, svg, ticking } from "./page";

/** A bar of what was seen, and under it the same in words. Users of screen readers get the words only. */
export function timelineSection(model: TimelineModel): HTMLElement {
  const bar = svg("svg", { class: "timeline", "aria-hidden": "true", width: "100%", height: 14 });
  const words = h("p", { class: "timeline-text", dir: "auto" });
  const draw = () => {
    const now = Date.now();
    bar.replaceChildren(hatching(), ...rectsOf(model, now), ...usualRect(model, now));
    const text = timelineText(model, now);
    const usual = model.usual ? `${text} (${usualText(model.usual)})` : text;
    if (words.textContent !== usual) words.textContent = usual;
  };
  const goesOn = model.segments.some(({ to }) => to === undefined);
  const section = h(
    "section",
    { "aria-labelledby": "section-timeline" },
    h("h2", { id: "section-timeline" }, "Timeline"),
    bar,
    words,
  );
  if (goesOn) return ticking(section, draw);
  draw();
  return section;
}

function rectsOf(model: TimelineModel, now: number): SVGElement[] {
  return stretchesOf(model, now).map(({ x, width, segment }) => {
    const title = svg("title", {});
    title.textContent = segmentText(segment, now);
    const place = { x: `${x}%`, width: `${width}%`, y: 1, height: 12 };
    const look = segment.isUnseen ? { class: "unseen", fill: "url(#unseen)" } : { class: segment.tone };
    return svg("rect", { ...place, ...look }, title);
  });
}

function usualRect(model: TimelineModel, now: number): SVGElement[] {
  const mark = usualMark(model, now);
  return mark ? [svg("rect", { class: "usual", x: `${mark.x}%`, width: `${mark.width}%`, y: 0, height: 14 })] : [];
}

function hatching(): SVGElement {
  const size = { width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  return svg(
    "defs",
    {},
    svg("pattern", { id: "unseen", ...size }, svg("rect", { width: 2, height: 6, class: "neutral" })),
  );
}
