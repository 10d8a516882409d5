// Builds what a browser loads, from this folder into ../static, and the shapes of the icons into
// ../templates. Every file name carries a hash of its content, so that it may be cached for
// ever; manifest.json maps the plain name to the hashed one and records a hash of the sources.
// `--check` writes nothing and fails when the committed result is older than its sources.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import postcss from "postcss";

const assets = dirname(fileURLToPath(import.meta.url));
const root = join(assets, "..", "..", "..");
const output = join(assets, "..", "static");
const modules = join(root, "node_modules");
const shapes = join(assets, "..", "templates", "macros", "icon_shapes.html");

const fonts = {
  "andika-400.woff2": "@fontsource/andika/files/andika-latin-400-normal.woff2",
  "andika-400-ext.woff2": "@fontsource/andika/files/andika-latin-ext-400-normal.woff2",
  "andika-700.woff2": "@fontsource/andika/files/andika-latin-700-normal.woff2",
  "andika-700-ext.woff2": "@fontsource/andika/files/andika-latin-ext-700-normal.woff2",
  "lexend.woff2": "@fontsource-variable/lexend/files/lexend-latin-wght-normal.woff2",
  "lexend-ext.woff2": "@fontsource-variable/lexend/files/lexend-latin-ext-wght-normal.woff2",
  "vazirmatn.woff2": "@fontsource-variable/vazirmatn/files/vazirmatn-arabic-wght-normal.woff2",
};

const licences = {
  "andika-OFL.txt": "@fontsource/andika/LICENSE",
  "lexend-OFL.txt": "@fontsource-variable/lexend/LICENSE",
  "vazirmatn-OFL.txt": "@fontsource-variable/vazirmatn/LICENSE",
  "utrecht-EUPL.txt": "@utrecht/button-css/LICENSE.md",
  "lucide-ISC.txt": "lucide-static/LICENSE",
};

/** Every source file, with forward slashes, sorted: the order the hash depends on. */
async function sources(folder = assets) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await sources(path)));
    else found.push(path);
  }
  return found.sort();
}

/** The hash that tests/contract/test_assets.py computes again without node. */
async function sourceHash() {
  const hash = createHash("sha256");
  const named = [...(await sources()), join(root, "package-lock.json")];
  for (const path of named) {
    hash.update(relative(root, path) + "\0");
    hash.update(await readFile(path));
    hash.update("\0");
  }
  return hash.digest("hex");
}

/** Leaves out the rules for classes that are not in components.json: two thirds of the bytes. */
const onlyOurComponents = {
  name: "only-our-components",
  async setup(esbuild) {
    const ours = new Set(JSON.parse(await readFile(join(assets, "components.json"))));
    const isOurs = (selector) =>
      [...selector.matchAll(/\.(utrecht-[\w-]+)/g)].every((found) => ours.has(found[1]));
    esbuild.onLoad({ filter: /@utrecht[\\/].+\.css$/ }, async ({ path }) => {
      const sheet = postcss.parse(await readFile(path, "utf8"), { from: path });
      sheet.walkRules((rule) => {
        rule.selectors = rule.selectors.filter(isOurs);
        if (!rule.selectors[0]) rule.remove();
      });
      return { contents: sheet.toString(), loader: "css" };
    });
  },
};

async function bundle() {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(assets, "app.css"), join(assets, "app.js")],
    outdir: output,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    loader: { ".woff2": "file", ".svg": "file" },
    alias: Object.fromEntries(
      Object.entries(fonts).map(([name, path]) => [`fonts/${name}`, join(modules, path)]),
    ),
    legalComments: "external",
    plugins: [onlyOurComponents],
    metafile: true,
    logLevel: "warning",
  });
  const names = {};
  for (const [path, made] of Object.entries(result.metafile.outputs)) {
    const plain = made.entryPoint ? basename(made.entryPoint) : fontName(made);
    if (plain) names[plain] = basename(path);
  }
  return names;
}

function fontName(made) {
  const input = Object.keys(made.inputs)[0] ?? "";
  return Object.keys(fonts).find((name) => input.endsWith(fonts[name]));
}

async function copyHashed(names, path) {
  const content = await readFile(path);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const ending = extname(path);
  const hashed = `${basename(path, ending)}-${hash}${ending}`;
  await writeFile(join(output, hashed), content);
  names[basename(path)] = hashed;
}

async function writeShapes() {
  const nodes = JSON.parse(await readFile(join(modules, "lucide-static/icon-nodes.json")));
  const wanted = JSON.parse(await readFile(join(assets, "icons.json")));
  const lines = wanted.map((name) => {
    if (!nodes[name]) throw new Error(`Lucide has no icon named ${name}`);
    const drawn = nodes[name].map(([tag, attributes]) => {
      const written = Object.entries(attributes).map(([key, value]) => `${key}="${value}"`);
      return `<${tag} ${written.join(" ")}/>`;
    });
    return `  "${name}": '${drawn.join("")}',`;
  });
  const head = "{# Made by assets/build.mjs from Lucide (ISC licence): change icons.json. #}";
  await writeFile(shapes, [head, "{% set SHAPES = {", ...lines, "} %}", ""].join("\n"));
}

async function check(hash) {
  const manifest = JSON.parse(await readFile(join(output, "manifest.json")));
  if (manifest.sources === hash) return;
  console.error("platform/klankbord/static is older than its sources: run `make assets`.");
  process.exit(1);
}

const hash = await sourceHash();
if (process.argv.includes("--check")) {
  await check(hash);
} else {
  await rm(output, { recursive: true, force: true });
  await mkdir(join(output, "licences"), { recursive: true });
  const names = await bundle();
  await copyHashed(names, join(assets, "favicon.svg"));
  for (const [name, path] of Object.entries(licences)) {
    await copyFile(join(modules, path), join(output, "licences", name));
  }
  await writeShapes();
  const files = Object.fromEntries(Object.entries(names).sort());
  await writeFile(join(output, "manifest.json"), JSON.stringify({ files, sources: hash }, null, 2) + "\n");
  console.log(`${Object.keys(files).length} files built`);
}
