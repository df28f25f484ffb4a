/** Writes `.gz` and `.br` beside the files of the build: the server hands them out as they are, packed once for all. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(js|css|svg|json)$/;
const SMALL = 800; // below, a header costs more than is saved
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

async function pack(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < SMALL) return;
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  await Promise.all([
    zip(content, { level: 9 }).then((packed) => writeFile(`${file}.gz`, packed)),
    brotli(content, { params }).then((packed) => writeFile(`${file}.br`, packed)),
  ]);
}

export function compress(): Plugin {
  return {
    name: "tenon-compress",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      if (!dir) return;
      const files = Object.keys(bundle).filter((name) => name.startsWith("assets/") && TEXT.test(name));
      await Promise.all(files.map((name) => pack(join(dir, name))));
    },
  };
}
