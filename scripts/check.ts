/** `npm run check`: looks at everything that can be looked at without running it. Fails if any rule finds something. */
import { inFlight } from '../node/core/tasks/in-flight.js';
import { rules } from './dev/check/rules.js';
import type { Rule } from './dev/check/rule.js';

const JOBS = 2;
const root = process.cwd();

const look = async ({ name, find }: Rule): Promise<boolean> => {
  const started = performance.now();
  const found = await find(root);
  console.log(`${found.length === 0 ? 'ok  ' : 'FAIL'}  ${name} (${((performance.now() - started) / 1_000).toFixed(1)} s)`);
  for (const line of found) console.log(`      ${line}`);
  return found.length === 0;
};

const verdicts: boolean[] = [];
await inFlight(rules, JOBS, undefined, async (rule) => {
  verdicts.push(await look(rule));
});
const failed = verdicts.filter((verdict) => !verdict).length;
console.log(failed === 0 ? `\n${rules.length} rules hold` : `\n${failed} of ${rules.length} rules are broken`);
process.exitCode = failed === 0 ? 0 : 1;
