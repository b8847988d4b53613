import { globSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { build, type Plugin } from 'esbuild';
import type { Rule } from '../rule.js';

const FOLDERS = ['node/core', 'node/renter'];
const BUILTIN = new RegExp(`^(node:.*|(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})(/.*)?)$`);

const refuseBuiltins: Plugin = {
  name: 'refuse-node-built-ins',
  setup: (bundle) => {
    bundle.onResolve({ filter: BUILTIN }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === refuseBuiltins || kind === 'entry-point') return undefined;
      // A package may ship a browser's version under a built-in's name ("events"): then it is found on disk.
      const found = path.startsWith('node:')
        ? undefined
        : await bundle.resolve(path, { importer, kind, resolveDir, pluginData: refuseBuiltins });
      if (found && found.errors.length === 0 && !found.external) return { path: found.path, namespace: found.namespace };
      return { errors: [{ text: `"${path}" is a module of Node's, imported by ${importer}` }] };
    });
  },
};

/** node/core and node/renter, with all they import, make a bundle for a browser. */
export const browser: Rule = {
  name: 'browser bundle',
  find: async (root) => {
    const files = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root })).filter((file) => !file.endsWith('/native.ts'));
    const result = await build({
      stdin: {
        contents: files
          .sort()
          .map((file) => `import './${file}';`)
          .join('\n'),
        resolveDir: root,
        loader: 'ts',
      },
      absWorkingDir: root,
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'esm',
      target: 'es2024',
      conditions: ['holdfast-source'],
      treeShaking: false,
      ignoreAnnotations: true,
      logLevel: 'silent',
      plugins: [refuseBuiltins],
    }).catch((error: unknown) => error as { errors: Awaited<ReturnType<typeof build>>['errors'] });
    return result.errors.map(({ text, location }) => (location ? `${location.file}:${location.line} ${text}` : text));
  },
};
