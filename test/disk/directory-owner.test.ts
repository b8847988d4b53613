import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownDirectory } from '../../node/disk/directory-owner.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { rejection } from '../support/coded-rejection.js';
import { withDirectory } from '../support/temporary-directory.js';

const inUse = (path: string) => (pid: number) => new HoldfastError('JOURNAL_IN_USE', { path, pid });
const own = (path: string): Promise<() => Promise<void>> => ownDirectory(path, inUse(path));

describe('the owner of a folder', () => {
  it('is one at a time, and gives it up when it is done', async () =>
    withDirectory(async (path) => {
      const release = await own(path);
      expect(await readFile(join(path, 'owner-1'), 'utf8')).to.match(new RegExp(`^${process.pid} \\S+ `));
      expect((await rejection(own(path), 'JOURNAL_IN_USE')).data).to.deep.equal({ path, pid: process.pid });
      await release();
      await (
        await own(path)
      )();
      expect(await readdir(path)).to.deep.equal([]);
    }));

  for (const [who, left] of [
    ['a process that is gone', () => `${spawnSync('true').pid} mark`],
    ['an earlier process with the same number', () => `${process.pid} mark`],
    ['a stranger who has the number since a reboot', () => `${process.ppid} mark 1`],
    ['a crash between name and number', () => ''],
  ] as const) {
    it(`takes over from ${who}`, async () =>
      withDirectory(async (path) => {
        await writeFile(join(path, 'owner-7'), left());
        await (
          await own(path)
        )();
      }));
  }

  it('is respected while it runs', async () =>
    withDirectory(async (path) => {
      await writeFile(join(path, 'owner-1'), `${process.ppid} mark`);
      await rejection(own(path), 'JOURNAL_IN_USE');
    }));

  it('is exactly one of many that try at once after a crash', async () =>
    withDirectory(async (path) => {
      await writeFile(join(path, 'owner-1'), `${spawnSync('true').pid} mark`);
      const outcomes = await Promise.allSettled(Array.from({ length: 16 }, async () => own(path)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).to.have.property('code', 'JOURNAL_IN_USE');
      expect(await readdir(path)).to.have.lengthOf(1);
    }));
});
