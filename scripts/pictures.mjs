// A picture book of every screen, in four themes and two sizes, into .artifacts/pictures/: npm run pictures
// Only screens whose name begins so: npm run pictures -- wizard · the README's picture, into docs/: npm run pictures -- --readme
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import "tsx";
import { readmePicture, screens } from "./screens.mjs";

const root = join(import.meta.dirname, "..");
const { openWorkbenchForScript } = createRequire(import.meta.url)("../test/ui/workbench.ts");
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { readme: { type: "boolean", default: false } },
});

const titles = {
  dark: "Dark Modern",
  light: "Light Modern",
  highContrast: "Dark High Contrast",
  highContrastLight: "Light High Contrast",
};
const sizes = { wide: { width: 1320, height: 820 }, narrow: { width: 900, height: 600 } };
const settings = { "workbench.statusBar.visible": true, "window.zoomLevel": 0 };

execFileSync(process.execPath, ["esbuild.js"], { cwd: root, stdio: "inherit" });
if (flags.readme) await takeReadmePicture();
else await makeBook(join(root, ".artifacts/pictures"), positionals[0] ?? "");

async function takeReadmePicture() {
  const { workbench, stop } = await openWorkbenchForScript({ size: sizes.wide, settings });
  try {
    await readmePicture(workbench);
    await takePicture(workbench, join(root, "docs/picture.png"));
  } finally {
    await stop();
  }
}

/** Screens stand on one another, so each is prepared; pictures are taken of those that are wanted. */
async function makeBook(folder, wanted) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const taken = [];
  const { workbench, stop } = await openWorkbenchForScript({ size: sizes.wide, settings });
  try {
    for (const { name, show, leave } of screens) {
      await show(workbench);
      if (name.startsWith(wanted)) {
        await takeAll(workbench, folder, name);
        taken.push(name);
      }
      await leave?.(workbench);
    }
  } finally {
    writeFileSync(join(folder, "index.html"), pageOf(taken));
    await stop();
  }
  console.log(`${taken.length} screens: ${join(folder, "index.html")}`);
}

async function takeAll(workbench, folder, name) {
  for (const theme of Object.keys(titles)) {
    await workbench.wear(theme);
    for (const size of Object.keys(sizes)) {
      await workbench.page.setViewportSize(sizes[size]);
      await takePicture(workbench, join(folder, fileOf(name, theme, size)));
    }
    await workbench.page.setViewportSize(sizes.wide);
  }
  await workbench.wear("dark");
}

async function takePicture({ page }, path) {
  await page.mouse.move(700, 815);
  // What was laid out anew has been drawn by the second one.
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  await page.screenshot({ path, animations: "disabled" });
  console.log(path);
}

function fileOf(name, theme, size) {
  return `${name}-${theme}-${size}.png`;
}

function pageOf(names) {
  const cell = (name, theme, size) => {
    const file = fileOf(name, theme, size);
    const text = `${name}, ${titles[theme]}, ${size}`;
    return `<td><a href="${file}"><img src="${file}" alt="${text}" loading="lazy"></a></td>`;
  };
  const head = Object.values(titles).map((title) => `<th scope="col">${title}</th>`);
  const rows = (name) =>
    Object.keys(sizes).map(
      (size) =>
        `<tr>${Object.keys(titles)
          .map((theme) => cell(name, theme, size))
          .join("")}</tr>`,
    );
  const tables = names.map(
    (name) => `<h2 id="${name}">${name}</h2>\n<table>\n<tr>${head.join("")}</tr>\n${rows(name).join("\n")}\n</table>`,
  );
  const links = names.map((name) => `<a href="#${name}">${name}</a>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>App Instances for AWS: every screen</title>
<style>
  body { font-family: system-ui, sans-serif; margin: 2rem; }
  table { width: 100%; table-layout: fixed; }
  img { width: 100%; }
</style>
<h1>Every screen</h1>
<p>${links.join(" · ")}</p>
${tables.join("\n")}
</html>
`;
}
