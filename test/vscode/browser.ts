/** Opens the browser that shows the workbench. */
import { chromium, type Browser } from "playwright-core";
import { ensureVsCode } from "./install";

export async function launchBrowser(): Promise<Browser> {
  const { browser } = await ensureVsCode();
  return chromium.launch({
    executablePath: browser.executable,
    // Containers and root have neither a sandbox nor much shared memory; there is no GPU to look for.
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    env: { ...definedEnvironment(), ...browser.env },
  });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
