import { expect } from 'chai';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeDurably, writeDurably, writeDurablyShared, type WriteStep } from '../../node/disk/durable-file.js';
import { withDirectory } from '../support/temporary-directory.js';

describe('a durable file', () => {
  it('has all of its content, for its owner alone, after every step in order', async () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'file');
      const steps: WriteStep[] = [];
      const onStep = async (step: WriteStep): Promise<void> => {
        const names = await readdir(directory);
        expect(names, step).to.deep.equal(step === 'written' || step === 'synced' ? ['file.new'] : ['file']);
        steps.push(step);
      };
      await writeDurably(path, Uint8Array.of(1, 2, 3), { onStep });
      expect(steps).to.deep.equal(['written', 'synced', 'renamed', 'durable']);
      expect([...(await readFile(path))]).to.deep.equal([1, 2, 3]);
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      await writeDurably(path, 'text');
      expect(await readFile(path, 'utf8')).to.equal('text');
      expect(await readdir(directory)).to.deep.equal(['file']);
    }));

  for (const fatal of ['written', 'synced'] as const) {
    it(`stays the old one, and leaves nothing beside it, when something fails at "${fatal}"`, async () =>
      withDirectory(async (directory) => {
        const path = join(directory, 'file');
        await writeDurably(path, 'old');
        const failure = new Error('power');
        const onStep = (step: WriteStep): void => {
          if (step === fatal) throw failure;
        };
        const error: unknown = await writeDurably(path, 'new', { onStep }).catch((cause: unknown) => cause);
        expect(error).to.equal(failure);
        expect(await readFile(path, 'utf8')).to.equal('old');
        expect(await readdir(directory)).to.deep.equal(['file']);
      }));
  }

  it('stays the old one when the signal aborts before it has its name', async () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeDurably(path, 'old');
      const stop = new AbortController();
      const onStep = (step: WriteStep): void => {
        if (step === 'synced') stop.abort(new Error('enough'));
      };
      const error: unknown = await writeDurably(path, 'new', { signal: stop.signal, onStep }).catch((cause: unknown) => cause);
      expect(error).to.equal(stop.signal.reason);
      expect(await readFile(path, 'utf8')).to.equal('old');
      expect(await readdir(directory)).to.deep.equal(['file']);
    }));

  it('is one of them, whole, when several writers have temporary files of their own', async () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'file');
      const texts = Array.from({ length: 12 }, (_, index) => String(index).repeat(10_000));
      await Promise.all(texts.map((text) => writeDurablyShared(path, text)));
      expect(texts).to.include(await readFile(path, 'utf8'));
      expect(await readdir(directory)).to.deep.equal(['file']);
    }));

  it('goes away, also where there is none', async () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'text');
      await removeDurably(path);
      await removeDurably(path);
      expect(await readdir(directory)).to.deep.equal([]);
    }));
});
