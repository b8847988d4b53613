import { parseParameter, wordOf, type CommandSpec } from '../command.js';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { placesOf, type Place } from '../completion/places.js';
import { zshScript } from '../completion/zsh.js';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const satisfies Record<
  string,
  (places: readonly Place[]) => string
>;
const shells = Object.keys(scripts) as (keyof typeof scripts)[];

const parseShell = (text: string): keyof typeof scripts => {
  const shell = shells.find((each) => each === text);
  if (shell === undefined) throw new TypeError(`no such shell: ${text}`);
  return shell;
};

/** The command that prints a shell's completion of all commands; `table` is asked when it runs. */
export const completionCommands = (table: () => readonly CommandSpec[]): readonly CommandSpec[] => [
  {
    path: ['completion'],
    summary: 'print the script that lets your shell complete commands and options',
    arguments: [{ flags: '<shell>', description: 'bash, zsh or fish', choices: shells }],
    examples: [
      'source <(holdfast completion bash)          # in ~/.bashrc',
      'source <(holdfast completion zsh)           # in ~/.zshrc, after compinit',
      'holdfast completion fish | source           # in ~/.config/fish/config.fish',
    ],
    run: (call) => {
      const shell = parseParameter('<shell>', wordOf(call, 0), 'bash, zsh or fish', parseShell);
      const script = scripts[shell](placesOf(table()));
      return Promise.resolve({ text: [script.trimEnd()], json: { shell, script } });
    },
  },
];
