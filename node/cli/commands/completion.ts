import { parseParameter, wordOf, type CommandSpec, type LoadedCommand } from '../command.js';
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

/** The command that prints a shell's completion of all commands, which `all` reads when it runs. */
export const createCommand = (all: () => Promise<readonly LoadedCommand[]>): CommandSpec => ({
  arguments: [{ flags: '<shell>', description: 'bash, zsh or fish', choices: shells }],
  examples: [
    'source <(holdfast completion bash)          # in ~/.bashrc',
    'source <(holdfast completion zsh)           # in ~/.zshrc, after compinit',
    'holdfast completion fish | source           # in ~/.config/fish/config.fish',
  ],
  run: async (call) => {
    const shell = parseParameter('<shell>', wordOf(call, 0), 'bash, zsh or fish', parseShell);
    const script = scripts[shell](placesOf(await all()));
    return { text: [script.trimEnd()], json: { shell, script } };
  },
});
