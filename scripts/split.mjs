import * as esbuild from "esbuild";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

/**
 * Makes of one entry a bundle in CommonJS, and of each of its `import()` a part that is loaded when it is called.
 *
 * esbuild splits ES modules only, and puts code that an entry shares with its parts in files of their own, which would all
 * be loaded with the entry. So what it has split is put together again: the entry with everything that it loads at once, and
 * so `first`, the part that every other one comes after. The others take what they share from these two. Nothing is bundled
 * twice: a class is one class everywhere.
 */
export function split(production, first) {
  return {
    name: "split",
    setup(build) {
      const { outdir, entryPoints } = build.initialOptions;
      const [source] = Object.values(entryPoints);
      build.onEnd(async ({ errors, metafile, outputFiles }) => {
        if (errors.length > 0) return;
        const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
        const imports = new Map(
          Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output.imports]),
        );
        const outputOf = (source) =>
          // To esbuild what an `import()` names is an entry as well.
          basename(Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint === source));
        const entry = outputOf(source);
        const ofEntry = loadedWith(entry, imports);
        const base = outputOf(first);
        const ofBase = new Set([...loadedWith(base, imports)].filter((name) => !ofEntry.has(name)));
        /** Which file has what esbuild had put in another. */
        const homes = new Map([
          ...[...ofEntry].map((name) => [name, entry]),
          ...[...ofBase].map((name) => [name, base]),
        ]);
        const written = new Map([
          [entry, await together(entry, ofEntry, files, homes, production)],
          [base, await together(base, ofBase, files, homes, production)],
          ...(await Promise.all(
            [...files.keys()]
              .filter((name) => !homes.has(name))
              .map(async (name) => [name, await part(name, files.get(name), homes, production)]),
          )),
        ]);
        await mkdir(outdir, { recursive: true });
        for (const name of await readdir(outdir))
          if (/^part-.*\.js(\.map)?$/.test(name) && !written.has(name.replace(/\.map$/, "")))
            await rm(join(outdir, name));
        for (const [name, { code, map }] of written) {
          await writeFile(join(outdir, name), map ? `${code}//# sourceMappingURL=${name}.map\n` : code);
          if (map) await writeFile(join(outdir, `${name}.map`), map);
        }
      });
    },
  };
}

/** A file with all that it imports, and they import: what `import()` names is not among them. */
function loadedWith(entry, imports) {
  const found = new Set([entry]);
  for (const name of found)
    for (const { path, kind, external } of imports.get(name))
      if (kind === "import-statement" && !external) found.add(basename(path));
  return found;
}

const lazy = { "dynamic-import": false };

async function together(main, names, files, homes, production) {
  const others = [...names].filter((name) => name !== main);
  const contents = [
    `export * from "./${main}";`,
    ...others.map((name) => `export * as ${idOf(name)} from "./${name}";`),
  ];
  const { outputFiles } = await esbuild.build({
    stdin: { contents: contents.join("\n"), resolveDir: "/" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: production,
    legalComments: "none",
    sourcemap: production ? false : "external",
    supported: lazy,
    outfile: join("/", main),
    write: false,
    plugins: [
      {
        name: "split-files",
        setup(build) {
          build.onResolve({ filter: /.*/ }, ({ path, kind }) => {
            const name = basename(path);
            return kind === "import-statement" && names.has(name)
              ? { path: name, namespace: "split" }
              : { path, external: true };
          });
          build.onLoad({ filter: /.*/, namespace: "split" }, ({ path }) => ({ contents: files.get(path) }));
        },
      },
    ],
  });
  const code = outputFiles.find(({ path }) => path.endsWith(".js")).text;
  return { code: linked(code, main, homes), map: outputFiles.find(({ path }) => path.endsWith(".map"))?.text };
}

async function part(name, text, homes, production) {
  const { code, map } = await esbuild.transform(text, {
    sourcefile: name,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: production,
    sourcemap: production ? false : "external",
    supported: lazy,
  });
  return { code: linked(code, name, homes), map };
}

/** Has what was put together elsewhere taken from there. */
function linked(code, ofFile, homes) {
  return code.replace(/require\("\.\/([^"]+)"\)/g, (all, name) => {
    const home = homes.get(name);
    if (home === undefined || home === ofFile) return all;
    return `require("./${home}")${home === name ? "" : `.${idOf(name)}`}`;
  });
}

function idOf(name) {
  return name.replace(/\W/g, "_");
}
