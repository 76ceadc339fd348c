import type { TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { FormController } from "../../src/features/createForm/controller";
import { systemClock } from "../../src/core/clock";
import { silentLog } from "../../src/core/log";
import type { FormRequest } from "../../src/ui/openers";
import { openWorld, type World } from "../wire/features/flowWorld";
import { RecordingHost } from "../wire/features/createForm/formWorld";
import type { PageTheme } from "./pageThemes";
import { ScriptedPrompts } from "../fakes/scriptedPrompts";
import { openStandalonePage } from "./standalonePage";

export interface FormPageOptions {
  readonly request?: FormRequest;
  readonly theme?: PageTheme;
  readonly width?: number;
  readonly world?: World;
  /** Where the draft comes from. */
  readonly notice?: string;
}

/** The form's page in a browser, with the real host's side behind it and a real sandbox behind that. */
export async function openFormPage(t: TestContext, browser: Browser, options: FormPageOptions = {}) {
  const world = options.world ?? (await openWorld(t));
  const host = new RecordingHost();
  let session: FormController | undefined;
  const standalone = await openStandalonePage(browser, {
    page: "form",
    ...(options.theme && { theme: options.theme }),
    ...(options.width !== undefined && { width: options.width }),
    receive: (data, post) => {
      if (!session) {
        const recorded = host.post.bind(host);
        host.post = (message) => {
          recorded(message);
          post(message);
        };
        session = new FormController(
          { ...world, clock: systemClock, log: silentLog, prompts: new ScriptedPrompts() },
          host,
          options.request ?? { type: "create" },
          options.notice,
        );
      }
      const wrong = session.receive(data);
      if (wrong !== undefined) host.errors.push(wrong);
    },
  });
  const { page } = standalone;
  t.after(async () => {
    session?.dispose();
    await page.context().close();
  });
  await page.locator("form:not([hidden])").waitFor();
  await page.locator("#submit[aria-disabled=false]").waitFor();
  if (!session) throw new Error("The page has not said that it is there.");
  return { ...standalone, world, host, controller: session };
}
