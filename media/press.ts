/** Knows whether something is being pressed: what would move under the pointer waits until it is let go. */
export class Press {
  #isDown = false;

  constructor() {
    document.addEventListener("pointerdown", () => (this.#isDown = true), { capture: true });
    for (const event of ["pointerup", "pointercancel"]) {
      document.addEventListener(event, () => (this.#isDown = false), { capture: true });
    }
  }

  /** At once when nothing is being pressed. */
  after(work: () => void): void {
    if (!this.#isDown) work();
    else document.addEventListener("pointerup", () => setTimeout(work), { once: true });
  }
}
