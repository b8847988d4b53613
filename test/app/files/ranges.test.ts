import { expect } from 'chai';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fetchRange, type FetchedRange, type FetchRangeOptions } from '../../../node/app/files/fetch-range.js';
import { parseRange } from '../../../node/core/data/range-request.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { withDirectory } from '../../support/temporary-directory.js';
import { createFakeRenter } from './fake-renter.js';

type Fake = ReturnType<typeof createFakeRenter>;

const digits = Buffer.from('0123456789');
const withDigits = (task: (folder: string, fake: Fake) => Promise<void>): Promise<void> =>
  withDirectory(async (folder) => {
    const fake = createFakeRenter();
    fake.add('in/digits', digits);
    await task(folder, fake);
  });

const fetching = (fake: Fake, word: string, text: string, out: string, more: Partial<FetchRangeOptions> = {}): Promise<FetchedRange> =>
  fetchRange(fake.renter, word, { range: parseRange(text), out, output: new Writable(), ...more });

describe('a part of a file is fetched', () => {
  it('into a file, or under its name into a folder that is there', () =>
    withDigits(async (folder, fake) => {
      const { path, range } = await fetching(fake, 'in/digits', '3-5', join(folder, 'part'));
      expect([path, range]).to.deep.equal([join(folder, 'part'), { start: 3, end: 6 }]);
      expect(await readFile(path, 'utf8')).to.equal('345');
      await mkdir(join(folder, 'there'));
      expect((await fetching(fake, 'in/digits', '-2', join(folder, 'there'))).path).to.equal(join(folder, 'there', 'digits'));
      expect(await readFile(join(folder, 'there', 'digits'), 'utf8')).to.equal('89');
    }));

  it('to standard output', () =>
    withDigits(async (folder, fake) => {
      let came = '';
      const output = new Writable({ write: (chunk: Buffer, _encoding, done) => ((came += chunk.toString()), done()) });
      await fetching(fake, 'in/digits', '8-', '-', { output });
      expect(came).to.equal('89');
      expect(await readdir(folder)).to.deep.equal([]);
    }));

  it('and replaces nothing unasked, not even what could be it', () =>
    withDigits(async (folder, fake) => {
      const path = join(folder, 'part');
      await writeFile(path, '345');
      await rejectsCoded(fetching(fake, 'in/digits', '3-5', path), 'FILE_EXISTS');
      expect(fake.gets).to.deep.equal([]);
      await fetching(fake, 'in/digits', '4-6', path, { overwrite: true });
      expect(await readFile(path, 'utf8')).to.equal('456');
    }));

  it('or nothing is written: behind its end, of a folder, of nothing, of what was never stored, and where reading fails', () =>
    withDigits(async (folder, fake) => {
      const path = join(folder, 'part');
      fake.add('half', digits, { state: 'placing' as 'stored' });
      await rejectsCoded(fetching(fake, 'in/digits', '10-', path), 'RANGE_BEYOND_END');
      for (const word of ['in', 'in/']) await rejectsCoded(fetching(fake, word, '0-1', path), 'RANGE_OF_FOLDER');
      await rejectsCoded(fetching(fake, 'nothing', '0-1', path), 'OBJECT_MISSING');
      await rejectsCoded(fetching(fake, 'half', '0-1', path), 'OBJECT_NOT_STORED');
      fake.fail('in/digits', new HoldfastError('EGRESS_ABOVE_LIMIT', { needed: 2n, limit: 1n }));
      await rejectsCoded(fetching(fake, 'in/digits', '0-1', path), 'EGRESS_ABOVE_LIMIT');
      expect(await readdir(folder)).to.deep.equal([]);
    }));
});
