import { fetchBack } from './steps/fetch-back.js';
import { loseProvider } from './steps/lose-provider.js';
import { storeForNeighbour } from './steps/neighbour.js';
import { StepFailed } from './narrator.js';
import { repairShards } from './steps/repair-shards.js';
import { settleUp } from './steps/settle-up.js';
import type { SourceFile } from './source-files.js';
import { storeFiles } from './steps/store-files.js';
import type { Stage } from './stage.js';
import { holdingsOf, providerFacts, summarize, type Summary } from './summary.js';
import { watchPeriods } from './steps/watch-periods.js';

/** Periods that a deal is opened for: two hours of a devnet. */
export const DEAL_PERIODS = 360;
/** Whole periods that are watched before a provider is killed. */
const WATCHED_PERIODS = 3;

export interface Story {
  readonly sources: readonly [SourceFile, SourceFile];
  /** Looks at the providers' disks while all shards lie there; rejects if something is wrong. */
  readonly checkDisks: (disks: Pick<Summary, 'providers' | 'blocks'>, sources: readonly SourceFile[]) => Promise<void>;
}

export interface Told {
  readonly summary: Summary;
  /** The sources, where they are now. */
  readonly sources: readonly SourceFile[];
}

/** The main job: six steps, each of which must hold. */
export const tell = async (stage: Stage, { sources, checkDisks }: Story): Promise<Told> => {
  const step = async <Result>(title: string, work: () => Promise<Result>): Promise<Result> => {
    stage.narrator.heading(title);
    try {
      return await Promise.race([work(), stage.watch.failure]);
    } catch (error) {
      throw new StepFailed(title, error);
    }
  };
  const { code } = stage;
  const before = { block: (await stage.reader.head(stage.signal)).block, holdings: await holdingsOf(stage) };

  const stored = await step('1. Store a file, then a second one from the same deals', () => storeFiles(stage, sources, DEAL_PERIODS));
  const neighbours = await step('   … and a neighbour stores one, too', () => storeForNeighbour(stage, DEAL_PERIODS));
  await step(`2. Watch ${WATCHED_PERIODS} periods of audits`, () => watchPeriods(stage, WATCHED_PERIODS));
  const lost = await step('3. Kill a provider, and challenge it', () => loseProvider(stage, stored, neighbours));
  const repairedShards = await step('4. Repair what it held', () => repairShards(stage, DEAL_PERIODS));
  const fetched = await step('5. Fetch both files back', () => fetchBack(stage, stored));
  const providers = await step('   … and look at what lies on the disks', async () => {
    const facts = await providerFacts(stage);
    const { block: through } = await stage.reader.head(stage.signal);
    await checkDisks({ providers: facts, blocks: { from: before.block, through } }, fetched.sources);
    stage.narrator.say('no plaintext on any disk, and nowhere more than the shards placed there');
    return facts;
  });
  await step('6. Settle up', () => settleUp(stage, lost, before.block));
  const summary = await step('   … and sum up', () => summarize(stage, { code, stored, fetched, lost, before, repairedShards, providers }));
  return { summary, sources: fetched.sources };
};
