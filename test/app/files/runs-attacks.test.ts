import { expect } from 'chai';
import { appendFileSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { leaves } from '../../../node/core/units.js';
import { slabBytes } from '../../../node/core/data/slab.js';
import type { ByteSink } from '../../../node/ports/world.js';
import { defaultLimits } from '../../../node/renter/limits.js';
import { openFileSource } from '../../../node/app/files/file-source.js';
import { fetchObjects } from '../../../node/app/files/fetch-objects.js';
import { gather } from '../../../node/app/files/gather.js';
import { storeFiles, type StoreOptions, type StoreResult } from '../../../node/app/files/store-files.js';
import { createSteppedWorld, STEP, terms } from '../../renter/in-steps.js';
import { bytesOf } from '../../support/worlds/actors.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../../support/worlds/renter-world.js';
import { withDirectory } from '../../support/temporary-directory.js';

const names = ['bob', 'carol', 'dave', 'erin', 'frank'];
const patient = { names, provider: () => ({ policy: { maxPendingLeaves: leaves(384) } }) };

const storing = async (world: RenterWorld, folder: string, more: Partial<StoreOptions> = {}): Promise<StoreResult> => {
  const { files } = await gather([join(folder, 'in')], {});
  return await storeFiles(world.renter, files, {
    ...terms,
    input: () => Readable.from([]),
    spool: { folder: join(folder, 'spool') },
    ...more,
  });
};

const fill = async (folder: string): Promise<void> => {
  await mkdir(join(folder, 'in'));
  for (const name of ['a', 'b', 'c', 'd']) await writeFile(join(folder, 'in', name), bytesOf(name, 500));
  await writeFile(join(folder, 'in', 'large'), bytesOf('large', STEP));
};

describe('A run of files, one provider of which fails on the way', () => {
  it('goes on without a file that is gone by then', () =>
    withDirectory(async (folder) => {
      await fill(folder);
      const world = await createSteppedWorld(patient);
      world.bend('bob', () => ({
        signRevision: async () => {
          await rm(join(folder, 'in', 'b'), { force: true });
          throw new Error('no');
        },
      }));
      const { stored, failed } = await world.during(storing(world, folder));
      expect(failed.map(({ path }) => path)).to.deep.equal([join(folder, 'in', 'b')]);
      expect(stored.map(({ name }) => name)).to.have.members(['in/a', 'in/c', 'in/d', 'in/large']);
    }));

  it('goes on without a file that changes all the time', () =>
    withDirectory(async (folder) => {
      await fill(folder);
      const all = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];
      const world = await createSteppedWorld({ ...patient, names: all });
      let [turn, failing] = [0, 0];
      for (const name of all)
        world.bend(name, ({ signRevision }) => ({
          signRevision: async (...call) => {
            if (failing >= turn) return signRevision(...call);
            failing = turn;
            await writeFile(join(folder, 'in', 'b'), bytesOf(`status ${turn}`, 500));
            throw new Error('no');
          },
        }));
      const onFile = ({ name }: { readonly name: string }): void => void (name === 'in/a' && turn++);
      const { stored, failed } = await world.during(storing(world, folder, { onFile }));
      expect(failed.map(({ path }) => path)).to.deep.equal([join(folder, 'in', 'b')]);
      expect(stored.map(({ name }) => name)).to.have.members(['in/a', 'in/c', 'in/d', 'in/large']);
    }));
});

describe('A small file that grows between the look at its size and its reading', () => {
  it('is stored whole by the next run, also where nothing else changed', () =>
    withDirectory(async (folder) => {
      await fill(folder);
      const world = await createSteppedWorld(patient);
      const log = join(folder, 'in', 'b');
      const first = await world.during(storing(world, folder, { onPlan: () => appendFileSync(log, 'what was added later') }));
      expect(first.stored).to.have.length(5);
      const whole = await readFile(log);
      const second = await world.during(storing(world, folder));
      expect(second.failed).to.deep.equal([]);
      const sink = createRecordedSink();
      await world.during(world.renter.get({ object: second.stored[0]?.id ?? 'in/b', sink }));
      expect([sink.bytes.length, second.unchanged.map(({ name, bytes }) => [name, bytes]).find(([name]) => name === 'in/b')]).to.deep.equal(
        [whole.length, undefined],
      );
    }));
});

describe('A small file that is written to right after its bytes were read', () => {
  it('is stored anew by the next run: what was read is not what is there', () =>
    withDirectory(async (folder) => {
      await fill(folder);
      const world = await createSteppedWorld(patient);
      const path = join(folder, 'in', 'b');
      const files = ['a', 'b'].map((name) => ({
        name: `in/${name}`,
        bytes: 500,
        file: name,
        open: async () => {
          const source = await openFileSource(join(folder, 'in', name));
          const read: typeof source.read = async (...where) => {
            const bytes = await source.read(...where);
            if (name === 'b') writeFileSync(path, bytesOf('another', 500));
            return bytes;
          };
          return { ...source, read };
        },
      }));
      const onFailed = (): void => undefined;
      await world.during(world.renter.putInCrates({ ...terms, files, onFailed }));
      const { unchanged } = await world.during(storing(world, folder));
      expect(unchanged.map(({ name }) => name)).to.deep.equal(['in/a']);
      const sink = createRecordedSink();
      await world.during(world.renter.get({ object: 'in/b', sink }));
      expect(Buffer.compare(sink.bytes, await readFile(path))).to.equal(0);
    }));
});

describe('Several small objects that are fetched at once', () => {
  it('and two of one name and content: the second is there already', () =>
    withDirectory(async (folder) => {
      const world = await createSteppedWorld(patient);
      const source = sourceOf(bytesOf('same', 500));
      const put = (k: number, n: number) => world.during(world.renter.put({ ...terms, k, n, name: 'same', source }));
      const [one, other] = [await put(2, 4), await put(2, 3)];
      const output = new Writable({ write: (_chunk, _encoding, done) => done() });
      const ids = [one.object.id, other.object.id];
      const result = await world.during(fetchObjects(world.renter, ids, { out: join(folder, 'out'), output }));
      expect(result.failed.map(({ error }) => error.code)).to.deep.equal([]);
      expect([result.fetched.length, result.present.length]).to.deep.equal([1, 1]);
    }));

  it('and two of one name: the first one named is written', () =>
    withDirectory(async (folder) => {
      const world = await createSteppedWorld(patient);
      const put = (text: string, length: number) =>
        world.during(world.renter.put({ ...terms, name: 'same', source: sourceOf(bytesOf(text, length)) }));
      const [one, other] = [await put('one', 2_000), await put('other', 1)];
      const output = new Writable({ write: (_chunk, _encoding, done) => done() });
      const ids = [one.object.id, other.object.id];
      const { fetched } = await world.during(fetchObjects(world.renter, ids, { out: join(folder, 'out'), output }));
      expect(fetched.map(({ object }) => object.bytes)).to.deep.equal([2_000]);
    }));
});

describe('Objects of one whole slab each', () => {
  it('are not more in memory at once than slabs of one object are', () =>
    withDirectory(async (folder) => {
      const all = Array.from({ length: 10 }, (_, index) => ({
        id: index.toString(16).padStart(32, '0'),
        name: `large ${index}`,
        k: 4,
        n: 6,
        bytes: slabBytes(4, 6),
        slabs: 1,
        storedAt: 1,
        sha256: `0x${'1'.repeat(64)}`,
        state: 'stored' as const,
      }));
      let [now, most] = [0, 0];
      const renter = {
        object: async (name: string) => all.find((one) => one.name === name || one.id === name),
        objects: async function* () {
          yield* all;
        },
        neighbours: async () => [],
        get: async ({ object, sink }: { object: string; sink: ByteSink }) => {
          most = Math.max(most, (now += all.find(({ id }) => id === object)!.bytes));
          await new Promise((resolve) => setTimeout(resolve, 5));
          now -= all[0]!.bytes;
          await sink.finish();
          return { object: all.find(({ id }) => id === object)!, egress: 0n, failures: [] };
        },
      };
      const output = new Writable({ write: (_chunk, _encoding, done) => done() });
      const words = all.map(({ name }) => name);
      await fetchObjects(renter as never, words, { out: join(folder, 'out'), output });
      expect(most / slabBytes(4, 6)).to.be.at.most(defaultLimits.slabsInFlight);
    }));
});
