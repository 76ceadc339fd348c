// Draws media/icon.png from media/icon.svg: node --import tsx test/vscode/renderIcon.ts. The one that is kept has 256 colours.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { launchBrowser } from "./browser";

const media = join(resolve(__dirname, "../.."), "media");
const size = 128;

async function main(): Promise<void> {
  const svg = await readFile(join(media, "icon.svg"), "utf8");
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<style>body { margin: 0; background: transparent } svg { display: block; width: 100vw; height: 100vh }</style>${svg}`,
    );
    await page.screenshot({ path: join(media, "icon.png"), omitBackground: true });
  } finally {
    await browser.close();
  }
}

void main();
