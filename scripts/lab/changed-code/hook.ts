/** What a child imports first: it hands out the changed text of each module that `childWith` was given. */
import { transformSync } from 'esbuild';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CHANGED_MODULES } from './child-options.js';

const changed = new Map(Object.entries(JSON.parse(process.env[CHANGED_MODULES] ?? '{}') as Record<string, string>));

/** Registered after tsx, so that it is asked first. */
registerHooks({
  load: (url, context, nextLoad) => {
    const path = url.startsWith('file:') ? fileURLToPath(url) : '';
    const text = changed.get(path);
    if (text === undefined) return nextLoad(url, context);
    const { code } = transformSync(text, { loader: 'ts', format: 'esm', sourcefile: path, sourcemap: 'inline' });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
