import { readFileSync } from 'node:fs';

/** Version of this package: `package.json` lies two folders above this file, in `node/app` as in `dist/app`. */
const readVersion = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
};

export const version = readVersion();
