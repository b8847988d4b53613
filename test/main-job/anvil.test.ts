import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runSummaryCheck } from '../../scripts/demo/main-job/check-summary.js';
import { createNarrator } from '../../scripts/demo/main-job/narrator.js';
import { setStage } from '../../scripts/demo/main-job/set-stage.js';
import { prepareSources } from '../../scripts/demo/main-job/source-files.js';
import { tell } from '../../scripts/demo/main-job/story.js';
import { undoOnce } from '../support/rpc/undo-once.js';

describe('the main job from the packed package, on anvil', function () {
  this.timeout(600_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-anvil-story-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('holds, though a reorg undoes a commit and another one a proof', async () => {
    const lines: string[] = [];
    const over = new AbortController();
    const options = { providers: 3, code: { k: 1, n: 2 }, chain: 'anvil', packed: true } as const;
    try {
      await using stage = await setStage(
        options,
        createNarrator((line) => lines.push(line)),
        over.signal,
      );
      const commit = undoOnce(stage, stage.devnet.control, 'DealCommitted', 1);
      const proof = commit.then(() => undoOnce(stage, stage.devnet.control, 'Proven', 3));
      proof.catch(() => undefined);
      const sources = await prepareSources(join(folder, 'sources'), 'README.md');
      const checkDisks = async (disks: Parameters<typeof runSummaryCheck>[1], files: typeof sources): Promise<void> =>
        runSummaryCheck(stage, disks, files, ['--disks-only']);
      const { summary, sources: moved } = await tell(stage, { sources, checkDisks: (disks, files) => checkDisks(disks, files as never) });
      await runSummaryCheck(stage, summary, moved);

      const undone = await Promise.all([commit, proof]);
      const { block } = await stage.reader.head();
      for (const event of undone) {
        expect(await stage.reader.blockHash(event.block), event.name).not.to.equal(event.blockHash);
        const events = await stage.reader.events(stage.reader.genesisBlock, block);
        const again = events.filter(({ name, args }) => name === event.name && args['deal'] === event.args['deal']);
        expect(again, `${event.name} again`).not.to.deep.equal([]);
      }
      expect(summary.retrieved.sha256).to.equal(summary.file.sha256);
      expect(summary.second).to.include({ retrievedSha256: summary.second.sha256, renterTransactions: 0 });
      expect(summary.audits.missed).to.equal(summary.audits.missedByKilled).and.to.be.greaterThan(0);
      expect(summary.repairedShards).to.be.greaterThan(0);
    } catch (error) {
      throw new Error(`the story so far:\n${lines.join('\n')}`, { cause: error });
    } finally {
      over.abort(new Error('the test is over'));
    }
  });
});
