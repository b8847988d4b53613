import { open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createOpenFiles, type OpenFiles } from '../../node/disk/open-files.js';
import { countingDisk } from '../support/counting-disk.js';
import { withDirectory } from '../support/temporary-directory.js';

describe('files that stay open', () => {
  /** A new folder with files, each of which holds its name. */
  const withFiles = (most: number, story: (files: OpenFiles, at: (name: string) => string) => Promise<void>, count = 6): Promise<void> =>
    withDirectory(async (directory) => {
      const at = (name: string): string => join(directory, name);
      for (let number = 0; number < count; number++) await writeFile(at(`${number}`), `${number}`);
      const files = createOpenFiles(most);
      try {
        await story(files, at);
      } finally {
        await files.close();
      }
    });
  const textOf = async (file: FileHandle): Promise<string> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.toString('latin1', 0, bytesRead);
  };
  /** Those of `handles` that have a descriptor. */
  const openOf = (handles: Iterable<FileHandle>): number => [...handles].filter(({ fd }) => fd >= 0).length;

  it('are opened once, however many read one and however often', () =>
    withFiles(2, async (files, at) => {
      const calls = await countingDisk(async () => {
        await Promise.all(Array.from({ length: 10 }, () => files.use(at('1'), textOf)));
        for (let turn = 0; turn < 10; turn++) expect(await files.use(at('1'), textOf)).to.equal('1');
      });
      expect(calls).to.deep.equal({ open: 1, 'handle.read': 20 });
    }));

  it('are those that were used last, and no more than it may keep', () =>
    withFiles(3, async (files, at) => {
      const handles = new Set<FileHandle>();
      const read = (name: string): Promise<string> => files.use(at(name), (file) => (handles.add(file), textOf(file)));
      for (const name of ['0', '1', '2', '0', '3', '0', '4']) expect(await read(name)).to.equal(name);
      expect([openOf(handles), handles.size]).to.deep.equal([3, 5]);
      expect(await countingDisk(() => read('0'))).to.deep.equal({ 'handle.read': 1 });
      await Promise.all(['0', '1', '2', '3', '4', '5'].map(read));
      expect(openOf(handles)).to.equal(3);
      await files.close();
      expect(openOf(handles)).to.equal(0);
    }));

  it('are read to the end by who reads them, whatever is closed meanwhile, and closed then', () =>
    withFiles(1, async (files, at) => {
      for (const close of [() => files.forget(at('0')), () => files.use(at('1'), textOf), () => files.close()]) {
        let used: FileHandle | undefined;
        const text = await files.use(at('0'), async (file) => {
          used = file;
          await close();
          return textOf(file);
        });
        expect([text, used?.fd]).to.deep.equal(['0', -1]);
      }
    }));

  it('are read no more once another took their place, once they were moved, or are gone', () =>
    withFiles(6, async (files, at) => {
      const handles: FileHandle[] = [];
      const read = (name: string): Promise<string> => files.use(at(name), (file) => (handles.push(file), textOf(file)));
      for (const name of ['0', '1', '2']) await read(name);
      await rename(at('3'), at('0'));
      await rename(at('1'), at('away'));
      await rm(at('2'));
      expect(await read('0')).to.equal('3');
      for (const name of ['1', '2']) expect(await read(name).catch(({ code }: { code?: string }) => code), name).to.equal('ENOENT');
      expect(handles.map(({ fd }) => fd >= 0)).to.deep.equal([false, false, false, true]);
      await writeFile(at('2'), 'again');
      expect(await read('2')).to.equal('again');
    }));

  it('that were replaced are opened once for all who read then, and the others closed', () =>
    withFiles(6, async (files, at) => {
      const handles = new Set<FileHandle>();
      const read = (): Promise<string> => files.use(at('0'), (file) => (handles.add(file), textOf(file)));
      await Promise.all([read(), read()]);
      await rename(at('1'), at('0'));
      const calls = await countingDisk(async () => expect(await Promise.all([read(), read(), read()])).to.deep.equal(['1', '1', '1']));
      expect(calls['open']).to.equal(1);
      expect([handles.size, openOf(handles)]).to.deep.equal([2, 1]);
    }));

  it('that could not be opened take no place of another', () =>
    withFiles(2, async (files, at) => {
      await files.use(at('0'), textOf);
      await files.use(at('none'), textOf).catch(() => undefined);
      await files.use(at('1'), textOf);
      expect(await countingDisk(() => files.use(at('0'), textOf))).to.deep.equal({ 'handle.read': 1 });
    }));

  it('that could not be opened are tried again, and what fails on one closes nothing', () =>
    withFiles(6, async (files, at) => {
      const outcomes = await Promise.allSettled([files.use(at('none'), textOf), files.use(at('none'), textOf)]);
      expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
      const file = await open(at('none'), 'w');
      await file.close();
      expect(await files.use(at('none'), textOf)).to.equal('');
      expect(await files.use(at('none'), () => Promise.reject(new Error('of the task'))).catch(String)).to.equal('Error: of the task');
      expect(await countingDisk(() => files.use(at('none'), textOf))).to.deep.equal({ 'handle.read': 1 });
    }));
});
