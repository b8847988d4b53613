import { foldersOf } from '../../app/settings/folders.js';
import { draftSettings, settingsFrom, type Choices } from '../../app/settings/draft.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { networks } from '../../core/market/networks.js';
import type { Call, CommandSpec } from '../command.js';

/** A setting for people: of a URL only its host, since paths often hold keys. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  const text = String(value);
  return /^https?:/.test(text) && URL.canParse(text) ? new URL(text).origin : text;
};

const presentIn = (settings: Readonly<Record<string, unknown>>): string =>
  ['network', 'rpc', 'book', 'role']
    .filter((key) => settings[key] !== undefined)
    .map((key) => `${key} ${shown(settings[key])}`)
    .join(', ') || 'none of network, rpc, book and role';

/** Whether the person lets the settings that are there be changed; without a terminal `--yes` says so. */
const mayChange = async (call: Call, path: string, present: string): Promise<boolean> => {
  if (call.options.flag('yes')) return true;
  if (!call.prompt.interactive) throw new HoldfastError('SETTINGS_EXIST', { path, present });
  call.terminal.say(`There are settings in ${path}: ${present}.`);
  return /^y(es)?$/i.test(await call.prompt.ask('Change them (yes or no) [no]'));
};

const nextSteps = (choices: Choices, hasWallet: boolean, hasBook: boolean): readonly string[] => [
  ...(hasBook ? [] : ['name the address book that the deployment on this chain wrote: holdfast init --book FILE --yes']),
  ...(hasWallet ? [] : ['make a wallet: holdfast wallet new (or "wallet import" for a key that you have)']),
  "send the wallet some of the chain's coin for gas: holdfast wallet address tells where to",
  'on a test network, draw tokens: holdfast wallet drip',
  ...(choices.role === 'provider'
    ? [
        'set the provider up: holdfast provider init --price 0.8 --capacity 500GiB --operator-coin 0.1',
        'give it stake and start it: holdfast provider stake 250, then holdfast provider run',
      ]
    : ['store a file: holdfast put FILE']),
  'see whether anything is missing: holdfast doctor',
];

export const command: CommandSpec = {
  options: [
    { flags: '--role <role>', description: 'renter (default) or provider', choices: ['renter', 'provider'] },
    { flags: '--yes', description: 'change settings that are there already, without asking' },
  ],
  examples: ['holdfast init', 'holdfast init --network sepolia --rpc https://rpc.example.org --role provider'],
  run: async (call) => {
    const settings = await call.settings();
    const { hasShippedBook } = await import('../../app/book/network-choice.js');
    const { keystoreOf } = await import('../../app/wallet-session.js');
    const { choose } = await import('../init/choosing.js');
    const { changeSettingsFile, readSettingsText, writeSettingsText } = await import('../../app/settings/file.js');
    const { parseSettings } = await import('../../app/settings/text.js');
    const path = foldersOf(settings).settingsFile;
    const before = await readSettingsText(path);
    if (before !== undefined && !(await mayChange(call, path, presentIn(parseSettings(before, path)))))
      return { text: ['Nothing was changed.'], json: { path, changed: false } };
    const { choices, chain } = await choose(call, { ...settings, rpc: settings.rpc?.join(',') });
    if (before === undefined) await writeSettingsText(path, draftSettings(choices));
    else await changeSettingsFile(path, settingsFrom(choices));
    const book = choices.book !== undefined || hasShippedBook(chain.chainId);
    const steps = nextSteps(choices, await keystoreOf(settings).has('wallet'), book);
    const title = networks.find(({ name }) => name === choices.network)?.title ?? `chain ${chain.chainId}`;
    return {
      text: [
        `Wrote ${path}: ${choices.role} on ${title}, at block ${chain.block}.`,
        'Next:',
        ...steps.map((step, index) => `  ${index + 1}. ${step}`),
      ],
      json: {
        path,
        changed: true,
        network: choices.network,
        chainId: chain.chainId,
        role: choices.role,
        book: choices.book ?? null,
        next: steps,
      },
    };
  },
};
