/**
 * What was found of a place. `held`: what was asked for came, and fits a root that the deal on chain commits to; `signed`: that both signed. `over`:
 * nobody has to keep it, the deal being unknown to the chain, over or in default. `unnamed`: the deal does not name it. `behind`: nobody knows here
 * what the deal on chain names. Else as a probe, `rotten` being what the provider says that it lacks; `unpaid`: there is no escrow for reading it; `priced`: only whoever
 * has the deal could pay for reading it.
 */
export type Finding = 'held' | 'signed' | 'over' | 'unnamed' | 'behind' | 'wrong' | 'rotten' | 'refused' | 'silent' | 'unpaid' | 'priced';

export const isHeld = (finding: Finding): boolean => finding === 'held' || finding === 'signed';
