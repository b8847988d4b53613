import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rule } from '../rule.js';

/** A heading of a version: `## [1.2.3] - 2026-01-31`. */
const RELEASE = /^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$/gm;

const isOlder = (a: string, b: string): boolean => a.localeCompare(b, 'en', { numeric: true }) < 0;

/** The changelog has a place for what is not released, the version of package.json is its newest, and versions go down. */
export const changelog: Rule = {
  name: 'changelog',
  find: async (root) => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const text = await readFile(join(root, 'CHANGELOG.md'), 'utf8').catch(() => '');
    const releases = [...text.matchAll(RELEASE)].map(([, release = '']) => release);
    const unordered = releases.filter((release, index) => index > 0 && !isOlder(release, releases[index - 1] ?? ''));
    return [
      ...(text.includes('\n## [Unreleased]\n') ? [] : ['CHANGELOG.md has no heading "## [Unreleased]"']),
      ...(releases[0] === version ? [] : [`CHANGELOG.md begins with version ${releases[0] ?? '(none)'}, and package.json has ${version}`]),
      ...unordered.map((release) => `CHANGELOG.md has ${release} below an older version, or twice`),
    ];
  },
};
