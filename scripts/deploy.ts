/** `npm run deploy`: puts a market on a chain; see {@link USAGE}. */
import { jsonText } from '../node/app/json-text.js';
import { createPrompt } from '../node/cli/prompt.js';
import { HoldfastError } from '../node/core/errors/holdfast-error.js';
import { readCommand, USAGE } from './deploy/options.js';
import { reportJson, reportText } from './deploy/report.js';
import { runDeploy } from './deploy/run-deploy.js';

const json = process.argv.includes('--json');
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interruption.abort(new HoldfastError('ABORTED', { what: 'the deployment' })));

const run = async (): Promise<void> => {
  const command = readCommand(process.argv.slice(2));
  if (command === undefined) return void console.log(USAGE);
  const { signal } = interruption;
  const prompt = createPrompt({ passwordFile: command.passwordFile, signal });
  const report = await runDeploy(command, {
    signal,
    say: (line) => {
      if (!json) console.log(line);
    },
    password: () => prompt.password('Password of the keystore'),
  });
  console.log(json ? jsonText(reportJson(report)) : reportText(report).join('\n'));
};

try {
  await run();
} catch (error) {
  const coded = error instanceof HoldfastError ? error : new HoldfastError('INTERNAL', { detail: String(error) }, { cause: error });
  const { code, message, remedy, data } = coded;
  if (json) console.log(jsonText({ error: { code, message, remedy, data } }));
  else console.error(`${code}: ${message}.\n${remedy}`);
  if (code === 'INTERNAL') console.error(error);
  process.exitCode = code === 'USAGE' ? 2 : code === 'ABORTED' ? 130 : 1;
}
