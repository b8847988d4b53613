import { costTable, type GasByKind } from './costs.js';
import type { Chapter, Told } from './story.js';

const INTRODUCTION = `# Onto a test network

From nothing to the first rent. Every command below was run, and what it printed stands under it: \`npm run docs -- testnet\` does it
again and writes this page. The chain is a stand-in for a public network on one machine (anvil with a chain id of its own, a
block every 500 ms, no unlocked accounts), and \`holdfast\` is the packed package, installed globally.

On a public network say \`--network sepolia --rpc https://…\` (or \`base-sepolia\`, \`op-sepolia\`, \`filecoin-calibration\`) instead of
\`--network localhost --rpc http://127.0.0.1:8545\`: there a period is about an hour, so the first rent follows the first whole hour.
A book of addresses that is committed in \`deployments/\` ships with the package, and \`--book\` is not needed.

## What you need

- Node 22.12 or newer to run \`holdfast\`; Node 20 or newer, npm and git to deploy from a clone.
- Some coin of the network for gas, from one of its faucets: the table at the end says how much.

\`\`\`
$ git clone <this repository> holdfast && cd holdfast
$ npm run build && npm pack && npm install -g ./holdfast-*.tgz
\`\`\`
`;

const chapterText = ({ title, text, exchanges }: Chapter): string => {
  const blocks = exchanges.map(({ command, printed }) => `$ ${command}\n${printed}`.trimEnd());
  return [...(title === '' ? [] : [`## ${title}`, '']), ...(text === '' ? [] : [text, '']), '```', blocks.join('\n\n'), '```', ''].join(
    '\n',
  );
};

/** The page as Markdown. */
export const testnetPage = ({ chapters, seconds }: Told, gas: GasByKind): string =>
  [
    INTRODUCTION,
    ...chapters.map(chapterText),
    '## What it costs',
    '',
    `From the deployment's first command to the first proven period it took ${seconds} seconds in this run. Gas of the dearest transaction of`,
    "each kind in it, and what that is at three prices of a unit of gas, in the chain's coin:",
    '',
    costTable(gas),
    '',
    'A provider proves once a period, whatever the number of its deals; a renter pays no gas for a file that fits its deals.',
    '',
  ].join('\n');
