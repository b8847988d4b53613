import { expect } from 'chai';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, writeDurably } from '../../node/disk/durable-file.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../node/storage/catalogue.js';
import { compareWithList, countPoints, inWords, readCrashPoints } from '../../scripts/lab/chaos/crash/crash-points.js';
import { explore, record, type Broken } from '../../scripts/lab/chaos/crash/explore.js';
import { losses } from '../../scripts/lab/chaos/crash/losses.js';
import { prove } from '../../scripts/lab/chaos/crash/prove.js';
import type { Scenario, Stage } from '../../scripts/lab/chaos/crash/scenario.js';
import { scenarios } from '../../scripts/lab/chaos/crash/scenarios.js';
import { artefactScenario, type Artefact } from '../../scripts/lab/chaos/crash/scenarios/artefacts.js';
import { triplesOf } from '../../scripts/lab/chaos/crash/trace.js';
import { testIdentity } from '../support/memory-market/market-identity.js';

const { signal } = new AbortController();
/** One disk of so many is looked at here; `npm run crash-points` looks at all. */
const SAMPLE = 15;

const brokenIn = async (scenario: Scenario): Promise<readonly Broken[]> =>
  (await explore({ scenario, recording: await record(scenario), known: new Set(), signal })).broken;

describe('power is lost at any step', function () {
  this.timeout(120_000);

  for (const [index, scenario] of scenarios.entries())
    it(`of ${scenario.name}: what was promised is there, and the committed list names each step`, async () => {
      const recording = await record(scenario);
      expect(compareWithList(readCrashPoints()[scenario.name], triplesOf(recording.trace))).to.deep.equal([]);
      const { disks, broken } = await explore({ scenario, recording, known: new Set(), every: SAMPLE, from: index, signal });
      expect(broken.map(inWords)).to.deep.equal([]);
      expect(disks).to.be.greaterThan(1);
    });

  it('and at least two hundred steps are missed when they alone are left out', () => {
    expect(countPoints(readCrashPoints())).to.be.at.least(200);
  });
});

/** A file that says `hello`, written by `make`. */
const hello = (make: (path: string) => Promise<void>): Scenario =>
  artefactScenario('a greeting', [
    {
      name: 'hello',
      operation: 'greet',
      make: (folder) => make(join(folder, 'hello')),
      look: async (folder) => {
        const text = await readFile(join(folder, 'hello'), 'utf8').catch(() => undefined);
        if (text !== undefined && text !== 'hello') throw new Error(`it says "${text}"`);
        return text === undefined ? 0 : 1;
      },
    } satisfies Artefact,
  ]);

const lossesOf = (broken: readonly Broken[]): string[] => [...new Set(broken.map(({ loss }) => loss))].sort();

describe('the model of a disk', () => {
  it('finds nothing wrong with a durable write', async () => {
    expect(await brokenIn(hello((path) => writeDurably(path, 'hello')))).to.deep.equal([]);
  });

  it('loses, tears and zeroes what was written and not synced', async () => {
    const plain = async (path: string): Promise<void> => writeFile(path, 'hello');
    expect(lossesOf(await brokenIn(hello(plain)))).to.deep.equal(
      losses.filter((loss) => loss !== 'content without names' && loss !== 'later before earlier').sort(),
    );
  });

  it('lets a name come before its content', async () => {
    const renamed = async (path: string): Promise<void> => {
      await writeFile(`${path}.new`, 'hello');
      await rename(`${path}.new`, path);
      const folder = await open(join(path, '..'));
      await folder.sync();
      await folder.close();
    };
    const broken = await brokenIn(hello(renamed));
    expect(lossesOf(broken)).to.include.members(['names without content', 'zeros for content', 'last write torn']);
  });

  it('loses a folder whose parent was not synced, with all that was synced inside', async () => {
    const within = (make: (folder: string) => Promise<unknown>): Scenario =>
      hello(async (path) => {
        await make(`${path}-folder/inner`);
        await writeDurably(`${path}-folder/inner/hello`, 'hello');
        await writeDurably(path, 'hello');
      });
    const lost = (make: (folder: string) => Promise<unknown>): Scenario => ({
      ...within(make),
      restart: async (folder) => readFile(join(folder, 'hello-folder', 'inner', 'hello'), 'utf8').catch(() => 'nothing'),
      inspect: async () => [],
    });
    const said = async (make: (folder: string) => Promise<unknown>): Promise<readonly Broken[]> => {
      const scenario = lost(make);
      const run = async (stage: Stage): Promise<void> => {
        await make(join(stage.folder, 'hello-folder', 'inner'));
        await writeDurably(join(stage.folder, 'hello-folder', 'inner', 'hello'), 'hello');
        stage.promise('hello', async (text: string) => (text === 'hello' ? undefined : text));
      };
      return brokenIn({ ...scenario, run });
    };
    expect((await said((folder) => mkdir(folder, { recursive: true }))).length).to.be.greaterThan(0);
    expect(await said((folder) => makeDirectory(folder))).to.deep.equal([]);
  });

  it('loses what LevelDB was given without a sync, and finds a batch that was left out', async () => {
    const deal = { id: `0x${'11'.repeat(32)}` as never, provider: `0x${'22'.repeat(20)}` as never, sectors: [] };
    const scenario = {
      name: 'a catalogue',
      breaks: 'records',
      prepare: (folder: string) => createCatalogueFiles(join(folder, 'catalogue'), testIdentity),
      run: async (stage: Stage) => {
        const catalogue = await openCatalogueFiles(join(stage.folder, 'catalogue'), testIdentity);
        await stage.during('remember', async () => {
          await catalogue.putDeal(deal);
          stage.promise('deal', async (opened: typeof catalogue) => ((await opened.deal(deal.id)) ? undefined : 'it is gone'));
          await catalogue.putOpenings([]);
        });
        await catalogue.close();
      },
      restart: (folder: string) => openCatalogueFiles(join(folder, 'catalogue'), testIdentity),
      inspect: async () => [],
      close: (opened: { close(): Promise<void> }) => opened.close(),
    } as unknown as Scenario;
    const recording = await record(scenario);
    const known = new Set<string>();
    expect((await explore({ scenario, recording, known, signal })).broken).to.deep.equal([]);
    const proofs = await prove(scenario, recording, known, signal);
    expect(proofs.map(({ triple, broken }) => [triple.step, broken?.what])).to.deep.equal([
      ['batch', 'deal: it is gone'],
      ['fsync of the batch', 'deal: it is gone'],
    ]);
  });

  it('refuses a function that it does not know', async () => {
    const scenario = hello((path) => import('node:fs/promises').then(({ appendFile }) => appendFile(path, 'hello')));
    expect(String(await record(scenario).catch((error: unknown) => error))).to.include('does not know fs.appendFile');
  });
});
