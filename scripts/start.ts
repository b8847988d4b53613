/** `npm start`: the main job, told step by step; see {@link USAGE}. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNarrator, StepFailed } from './demo/main-job/narrator.js';
import { BadOption, readOptions, USAGE, type Options } from './demo/main-job/options.js';
import { runSummaryCheck } from './demo/main-job/check-summary.js';
import { watchForOrphaning } from './demo/main-job/orphan-watch.js';
import { keepFolder, playOn } from './demo/main-job/play-on.js';
import { setStage } from './demo/main-job/set-stage.js';
import { prepareSources } from './demo/main-job/source-files.js';
import { tell } from './demo/main-job/story.js';
import { summaryText } from './demo/main-job/summary.js';

const narrator = createNarrator();

const run = async (options: Options, interrupted: AbortSignal): Promise<void> => {
  await using stage = await setStage(options, narrator, interrupted).catch((error: unknown) => {
    throw new StepFailed('Setting the stage', error);
  });
  try {
    const sources = await prepareSources(join(stage.devnet.folder, 'sources'), options.file);
    const { summary, sources: moved } = await tell(stage, {
      sources,
      checkDisks: (disks, files) => runSummaryCheck(stage, disks, files, ['--disks-only']),
    });
    if (options.json !== undefined) await writeFile(options.json, summaryText(summary));
    await runSummaryCheck(stage, summary, moved);
    narrator.heading('Every step held, and scripts/check-summary agrees with the summary');
    if (options.once) return;
    await playOn(stage, interrupted);
  } catch (error) {
    if (!interrupted.aborted) keepFolder(stage, narrator);
    throw error;
  }
};

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interruption.abort(new Error(`stopped by ${signal}`)));
watchForOrphaning(() => interruption.abort(new Error('npm is gone')));
try {
  const options = await readOptions(process.argv.slice(2));
  if (options) await run(options, interruption.signal);
  else console.log(USAGE);
} catch (error) {
  if (interruption.signal.aborted) {
    process.exitCode = 130;
  } else if (error instanceof BadOption) {
    console.error(`${error.message}.\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    console.error(error instanceof StepFailed ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
