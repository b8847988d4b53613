/**
 * `holdfast devnet [--providers N]` in a checkout: a chain, a market, a renter with tokens and providers, each in a process of its
 * own, to be played with until Ctrl-C.
 */
import { createNarrator } from './demo/main-job/narrator.js';
import { BadOption, readOptions } from './demo/main-job/options.js';
import { keepFolder, playOn } from './demo/main-job/play-on.js';
import { setStage } from './demo/main-job/set-stage.js';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interruption.abort(new Error(`stopped by ${signal}`)));
try {
  const options = await readOptions(process.argv.slice(2));
  if (options) {
    const narrator = createNarrator();
    await using stage = await setStage(options, narrator, interruption.signal);
    try {
      await playOn(stage, interruption.signal);
    } catch (error) {
      if (!interruption.signal.aborted) keepFolder(stage, narrator);
      throw error;
    }
  }
} catch (error) {
  if (!interruption.signal.aborted) console.error(error instanceof BadOption ? `${error.message}.` : error);
  process.exitCode = interruption.signal.aborted ? 130 : error instanceof BadOption ? 2 : 1;
}
