/** `npm run verify`: shows the sources of a deployment to a block explorer; see {@link USAGE}. */
import { HoldfastError } from '../node/core/errors/holdfast-error.js';
import { readVerifyCommand, USAGE } from './deploy/verify/options.js';
import { verifyDeployment } from './deploy/verify/verify-deployment.js';

try {
  const command = readVerifyCommand(process.argv.slice(2));
  if (command === undefined) console.log(USAGE);
  else await verifyDeployment(command, (line) => console.log(line));
} catch (error) {
  if (error instanceof HoldfastError) console.error(`${error.code}: ${error.message}.\n${error.remedy}`);
  else console.error(error);
  process.exitCode = error instanceof HoldfastError && error.code === 'USAGE' ? 2 : 1;
}
