let isDown = false;
const waiting: (() => void)[] = [];

document.addEventListener("pointerdown", ({ button }) => (isDown = button === 0), { capture: true });
// A drag ends with `pointercancel`; who has a menu open, or a key in use, has let go.
for (const event of ["pointerup", "pointercancel", "contextmenu", "keydown"])
  document.addEventListener(event, letGo, { capture: true });

/** What would move under the pointer while something is being pressed waits until it is let go, and keeps its order. */
export function afterPress(work: () => void): void {
  if (isDown || waiting.length > 0) waiting.push(work);
  else work();
}

function letGo(): void {
  isDown = false;
  // After the click, which comes next.
  setTimeout(goOn);
}

function goOn(): void {
  if (isDown) return;
  const work = waiting.shift();
  if (!work) return;
  setTimeout(goOn);
  work();
}
