import { join } from "node:path";
import { openWorkbenchForScript, type Workbench } from "../ui/workbench";
import { alternate, median, ratio, round } from "./measure";
import type { Row } from "./rows";

const rounds = 9;

/** From the key of the command to the first field that can be typed in, beside a webview with nothing but a button. */
export async function measureForm(): Promise<readonly Row[]> {
  const { workbench, stop } = await openWorkbenchForScript({ otherExtensions: [join(__dirname, "emptyWebview")] });
  try {
    const seen = await watchFrames(workbench);
    const measures = {
      empty: () => msUntilSeen(workbench, "Control+Alt+1", seen),
      form: () => msUntilSeen(workbench, "Control+Alt+2", seen),
    };
    await workbench.showView();
    await workbench.runCommand("Start Sandbox");
    await workbench.tree("Instances").waitForRow("demand-planning", "Active");
    await alternate(2, measures);
    const { empty, form } = await alternate(rounds, measures);
    return [
      {
        name: "the form: command to interactive",
        value: ratio(form, empty),
        unit: "×",
        beside: `an empty webview in the same host: ${round(median(empty))} ms; the form ${round(median(form))} ms`,
        goal: 1.5,
      },
    ];
  } finally {
    await stop();
  }
}

interface Seen {
  /** Milliseconds since the epoch. */
  next(): Promise<number>;
}

const said = "bench: seen at ";

/** Hears from the frame around a webview's own, in the very frame of the picture, that what was waited for is there. */
async function watchFrames({ page }: Workbench): Promise<Seen> {
  await page.addInitScript(`
    const look = () => {
      const inner = document.querySelector("iframe#active-frame")?.contentDocument;
      const found = inner?.querySelector("#empty, form:not([hidden]) input:enabled");
      if (found && found.getClientRects().length > 0) console.log("${said}" + Date.now());
      else requestAnimationFrame(look);
    };
    if (window !== top) requestAnimationFrame(look);
  `);
  return {
    next: async () => {
      const message = await page.waitForEvent("console", (entry) => entry.text().startsWith(said));
      return Number(message.text().slice(said.length));
    },
  };
}

async function msUntilSeen({ page }: Workbench, key: string, seen: Seen): Promise<number> {
  const next = seen.next();
  const started = Date.now();
  await page.keyboard.press(key);
  const ms = (await next) - started;
  await page.keyboard.press("Control+Alt+3");
  await page.locator("iframe.webview").waitFor({ state: "detached" });
  return ms;
}
