import { readFileSync } from 'node:fs';
import { z } from 'zod/v4';

/** Version of this package: `package.json` lies two folders above this file, in `node/app` as in `dist/app`. */
const readVersion = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
};

export const version = readVersion();
