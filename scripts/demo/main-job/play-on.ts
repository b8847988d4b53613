import { untilAborted } from '../../../node/core/tasks/waiting.js';
import type { Narrator } from './narrator.js';
import type { Stage } from './stage.js';

/** Lines that say how to go on by hand while the devnet stays up. */
const howToPlayOn = ({ devnet, renter, providers }: Stage): readonly string[] => {
  const [provider] = providers.slice(-1);
  return [
    '',
    'All of it stays up. In another terminal, in this folder:',
    `  export HOLDFAST_RPC=${devnet.network.rpc} HOLDFAST_BOOK=${devnet.network.book}`,
    `  export HOLDFAST_HOME=${renter.home}`,
    `  node dist/cli/main.js put README.md --periods 360 --password-file ${renter.home}.password`,
    '  node dist/cli/main.js ls',
    '  node dist/cli/main.js deals',
    ...(provider ? [`  node dist/cli/main.js provider status --home ${provider.person.home}`] : []),
    'For a provider of your own beside these, coin and tokens come from this renter:',
    `  node dist/cli/main.js wallet send ADDRESS 10 --coin --password-file ${renter.home}.password`,
    `  node dist/cli/main.js wallet send ADDRESS 1000 --password-file ${renter.home}.password`,
    'Ctrl-C ends everything, and deletes all of it.',
  ];
};

/** Says how to go on by hand, and keeps everything up until `interrupted` aborts: what a provider misses now is only told. */
export const playOn = async (stage: Stage, interrupted: AbortSignal): Promise<void> => {
  const { narrator, watch } = stage;
  watch.onlyTell((line) => narrator.say(line));
  howToPlayOn(stage).forEach((line) => narrator.say(line));
  await Promise.race([watch.failure, untilAborted(interrupted)]);
};

/** After a failure: everybody's keys, stores and logs stay, and are told where they are. */
export const keepFolder = ({ devnet }: Pick<Stage, 'devnet'>, narrator: Narrator): void => {
  devnet.keepFolder();
  narrator.say(`keys, stores and logs of everybody stay in ${devnet.folder}`);
};
