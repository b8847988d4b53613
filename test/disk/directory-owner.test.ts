import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { ownDirectory } from '../../node/disk/directory-owner.js';
import { startChild } from '../support/child-process.js';
import { rejection } from '../support/coded-rejection.js';
import { withDirectory } from '../support/temporary-directory.js';

const own = (path: string): Promise<() => Promise<void>> =>
  ownDirectory(path, { inUse: (pid) => new HoldfastError('JOURNAL_IN_USE', { path, pid }), former: 'lock' });

/** Takes `path` and gives it up again. */
const ownForAMoment = async (path: string): Promise<void> => {
  const release = await own(path);
  await release();
};

const deadPid = (): number => spawnSync('true').pid;

/** The 22nd field of /proc/…/stat: the name of a program may hold spaces and brackets. */
const startOf = async (pid: number): Promise<string> =>
  (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')[19] ?? '';

describe('the owner of a folder', () => {
  it('is one at a time, and gives it up when it is done', async () =>
    withDirectory(async (path) => {
      const release = await own(path);
      expect(await readFile(join(path, 'owner-1'), 'utf8')).to.match(new RegExp(`^${process.pid} `));
      expect((await rejection(own(path), 'JOURNAL_IN_USE')).data).to.deep.equal({ path, pid: process.pid });
      await release();
      await ownForAMoment(path);
      expect(await readdir(path)).to.deep.equal([]);
    }));

  for (const [who, left] of [
    ['a process that is gone', () => `${deadPid()} mark`],
    ['a process that is gone and told its start', () => `${deadPid()} mark 4711`],
    ['an earlier process with the same number', () => `${process.pid} mark`],
    ['a crash between name and number', () => ''],
  ] as const) {
    it(`takes over from ${who}`, async () =>
      withDirectory(async (path) => {
        await writeFile(join(path, 'owner-7'), left());
        await ownForAMoment(path);
        expect(await readdir(path)).to.deep.equal([]);
      }));
  }

  it('is respected while it runs', async () =>
    withDirectory(async (path) => {
      await writeFile(join(path, 'owner-1'), `${process.ppid} mark`);
      await rejection(own(path), 'JOURNAL_IN_USE');
    }));

  if (existsSync('/proc/self/stat')) {
    it('is no other process that has its number now: the time at which it began tells', async () =>
      withDirectory(async (path) => {
        const start = await startOf(process.ppid);
        await writeFile(join(path, 'owner-1'), `${process.ppid} mark ${start}`);
        await rejection(own(path), 'JOURNAL_IN_USE');
        await writeFile(join(path, 'owner-1'), `${process.ppid} mark ${Number(start) + 1}`);
        const release = await own(path);
        expect(await readdir(path)).to.deep.equal(['owner-2']);
        expect(await readFile(join(path, 'owner-2'), 'utf8')).to.match(
          new RegExp(`^${process.pid} [0-9a-f-]{36} ${await startOf(process.pid)} [0-9a-f-]{36}$`),
        );
        await release();
      }));
  }

  if (existsSync('/proc/sys/kernel/random/boot_id')) {
    it('is no process of another start of the machine, though number and time of its beginning are the same', async () =>
      withDirectory(async (path) => {
        const start = await startOf(process.ppid);
        const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
        await writeFile(join(path, 'owner-1'), `${process.ppid} mark ${start} ${boot}`);
        await rejection(own(path), 'JOURNAL_IN_USE');
        await writeFile(join(path, 'owner-1'), `${process.ppid} mark ${start} ${randomUUID()}`);
        await ownForAMoment(path);
        expect(await readdir(path)).to.deep.equal([]);
      }));

    for (const [file, text] of [
      ['owner-1', `${process.ppid} mark`],
      ['lock', JSON.stringify({ pid: process.ppid })],
    ] as const)
      it(`is no process that began after an earlier version wrote its number into ${file}`, async () =>
        withDirectory(async (path) => {
          await writeFile(join(path, file), text);
          const began = Date.now() - uptime() * 1_000 + Number(await startOf(process.ppid)) * 10;
          const at = async (milliseconds: number): Promise<void> => utimes(join(path, file), milliseconds / 1_000, milliseconds / 1_000);
          await at(began - 30_000);
          await rejection(own(path), 'JOURNAL_IN_USE');
          await at(began - 90_000);
          await ownForAMoment(path);
          expect(await readdir(path)).to.deep.equal([]);
        }));
  }

  it('is exactly one of many that try at once after a crash', async () =>
    withDirectory(async (path) => {
      await writeFile(join(path, 'owner-1'), `${deadPid()} mark`);
      const outcomes = await Promise.allSettled(Array.from({ length: 16 }, async () => own(path)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).to.have.property('code', 'JOURNAL_IN_USE');
      expect(await readdir(path)).to.have.lengthOf(1);
    }));

  it('is exactly one of two processes that find it dead at the same moment', async () =>
    withDirectory(async (path) => {
      const folders = Array.from({ length: 30 }, (_, index) => join(path, String(index)));
      const pid = deadPid();
      for (const [index, folder] of folders.entries()) {
        await mkdir(folder);
        await writeFile(join(folder, index % 2 === 0 ? 'owner-1' : 'lock'), index % 2 === 0 ? `${pid} mark` : JSON.stringify({ pid }));
      }
      const racer = join(import.meta.dirname, 'racing-owner.ts');
      const start = async () => startChild(process.execPath, ['--conditions=holdfast-source', '--import', 'tsx', racer, path, ...folders]);
      const racers = await Promise.all([start(), start()]);
      try {
        for (const each of racers) await each.printed(/ready\n/, 30_000);
        await writeFile(join(path, 'go'), String(Date.now() + 200));
        const told = [];
        for (const each of racers) told.push((JSON.parse((await each.printed(/\[.*\]/, 30_000))[0]) as unknown[]).map(Number));
        const [left = [], right = []] = told;
        for (const index of folders.keys()) {
          expect(
            [left[index], right[index]].filter((owner) => owner === 0),
            `folder ${index}`,
          ).to.have.lengthOf(1);
          expect(left[index] === 0 ? right[index] : left[index]).to.equal(racers[left[index] === 0 ? 0 : 1]?.pid);
          expect(await readdir(folders[index] as string)).to.have.lengthOf(1);
        }
      } finally {
        for (const each of racers) await each.stop();
      }
      for (const folder of folders) await ownForAMoment(folder);
    }));

  it('has no business with a file that earlier versions did not write there', async () =>
    withDirectory(async (path) => {
      await writeFile(join(path, 'lock'), JSON.stringify({ pid: process.ppid }));
      const release = await ownDirectory(path, { inUse: (pid) => new HoldfastError('JOURNAL_IN_USE', { path, pid }) });
      await release();
      expect(await readdir(path)).to.deep.equal(['lock']);
    }));

  describe('named by an earlier version in the file `lock`', () => {
    it('is respected while it runs', async () =>
      withDirectory(async (path) => {
        await writeFile(join(path, 'lock'), JSON.stringify({ pid: process.ppid }));
        expect((await rejection(own(path), 'JOURNAL_IN_USE')).data).to.have.property('pid', process.ppid);
      }));

    for (const [who, left] of [
      ['is dead', () => JSON.stringify({ pid: deadPid(), start: '4711' })],
      ['is an earlier process with our number', () => JSON.stringify({ pid: process.pid })],
      ...(existsSync('/proc/self/stat')
        ? [['is not who has its number now', () => JSON.stringify({ pid: process.ppid, start: '1' })] as const]
        : []),
      ['was cut off while it wrote', () => '{"pid":'],
      ['is nobody', () => 'null'],
    ] as const) {
      it(`gives way, and its file goes, when it ${who}`, async () =>
        withDirectory(async (path) => {
          await writeFile(join(path, 'lock'), left());
          const release = await own(path);
          expect(await readdir(path)).to.deep.equal(['owner-1']);
          await release();
        }));
    }
  });
});
