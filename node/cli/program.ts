import { Command, CommanderError } from 'commander';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { networks } from '../core/market/networks.js';
import type { Argument, CommandEntry, CommandName, CommandSpec, ParameterSpec } from './command.js';

/** What the parser found: the command to run, with its words. */
export interface Invocation {
  readonly spec: CommandSpec;
  readonly args: readonly Argument[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Options that every command takes which reads a home. */
export const globalOptions: readonly ParameterSpec[] = [
  { flags: '--home <folder>', description: 'where keys, stores and settings live (default: ~/.holdfast, or HOLDFAST_HOME)' },
  {
    flags: '--rpc <urls>',
    description: 'JSON-RPC address of the chain; several, separated by commas, stand in for each other and must agree',
  },
  {
    flags: '--network <name>',
    description: 'network by name or chain id, such as sepolia: picks the address book that ships with the package',
    choices: networks.map(({ name }) => name),
  },
  { flags: '--book <file>', description: 'address book of the market, written at deployment' },
  { flags: '--password-file <file>', description: 'read the keystore password from this file instead of asking' },
  {
    flags: '--json',
    description:
      'print one JSON object and nothing else; amounts are in wei, sizes in leaves of 32 bytes where the name does not say bytes',
  },
];

/** Of {@link globalOptions} those that say anything to the command. */
export const globalsOf = ({ standsAlone }: Pick<CommandSpec, 'standsAlone'>): readonly ParameterSpec[] =>
  standsAlone ? globalOptions.filter(({ flags }) => flags === '--json') : globalOptions;

const group = (parent: Command, word: string): Command => parent.command(word).description(groupSummaries[word] ?? word);

/** The place of `words` below `root`, with groups made on the way to it. */
const placeOf = (root: Command, words: readonly string[]): Command =>
  words.reduce((at, word) => at.commands.find((one) => one.name() === word) ?? group(at, word), root);

const addName = (root: Command, { path, summary }: CommandName): Command => placeOf(root, path).summary(summary).description(summary);

/** Adds what a command's file says to what its name made. */
const addSpec = (own: Command, spec: CommandSpec, chosen: (invocation: Invocation) => void): void => {
  for (const argument of spec.arguments ?? []) own.argument(argument.flags, argument.description);
  for (const option of spec.options ?? []) own.option(option.flags, option.description);
  for (const { flags, description } of globalsOf(spec)) own.option(flags, description);
  own.addHelpText('after', `\nExample${spec.examples.length > 1 ? 's' : ''}:\n${spec.examples.map((line) => `  $ ${line}`).join('\n')}`);
  own.action((...received: unknown[]) => {
    const command = received.at(-1) as Command;
    // A command that has others below it takes the options before their word.
    chosen({ spec, args: command.processedArgs as Argument[], options: { ...command.parent?.opts(), ...command.opts() } });
  });
};

/** What a group of commands is about, by its word. */
export const groupSummaries: Readonly<Record<string, string>> = {
  provider: 'provide storage and earn rent',
  wallet: 'the keys and tokens that pay',
  deals: 'the deals that hold your data',
  renter: 'look after what you have stored',
  rotate: 'change the key of the operator, or move to another owner',
};

/**
 * Builds the command tree of `table`; a command's file is read once the parser reaches the command. `chosen` is called with the command that the
 * parser found; errors of the command line itself are thrown as CommanderError (see {@link usageError}).
 */
export const buildProgram = (table: readonly CommandEntry[], version: string, chosen: (invocation: Invocation) => void): Command => {
  const root = new Command('holdfast');
  root.description('Holdfast: a decentralized cloud. Providers are paid only for periods in which they proved that they hold the data.');
  root.version(version);
  const entries = new Map(table.map((entry) => [addName(root, entry), entry]));
  root.addHelpText('after', '\nExample:\n  $ holdfast put holiday.tar\n\nEach command has --help with an example.');
  const prepare = (command: Command): void => {
    // Without positional options a group would take its commands' options for its own.
    command
      .enablePositionalOptions()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .hook('preSubcommand', async (_, reached) => {
        const entry = entries.get(reached);
        if (entry !== undefined) addSpec(reached, await entry.load(), chosen);
      });
    command.commands.forEach(prepare);
  };
  prepare(root);
  return root;
};

/** `words` with "help put" as "put --help": the parser shows the help of what "help" names without reaching it. */
export const helpLast = (table: readonly CommandEntry[], words: readonly string[]): readonly string[] => {
  const at = words.indexOf('help');
  const isGroup = table.some(({ path }) => path.length > at && words.slice(0, at).every((word, index) => word === path[index]));
  return at >= 0 && isGroup ? [...words.toSpliced(at, 1), '--help'] : words;
};

/** What the parser says as a sentence of ours: on one line, without its mark and its stop. */
const sentence = (said: string): string =>
  said
    .replace(/^error: /, '')
    .replace(/\n\(Did/, ' (did')
    .replace(/\.$/, '');

/** A usage error of the parser as a coded error; undefined for help and version, which are no errors. */
export const usageError = (error: unknown): HoldfastError | undefined => {
  if (!(error instanceof CommanderError)) return undefined;
  if (error.exitCode === 0) return undefined;
  const detail = error.code === 'commander.help' ? 'a command is missing' : sentence(error.message);
  return new HoldfastError('USAGE', { detail }, { cause: error });
};
