import { namesOf, valuedOptions, type Place } from './places.js';

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The script for bash, 3.2 (macOS) included. Where nothing fits, bash offers files. */
export const bashScript = (places: readonly Place[]): string => {
  const paths = places.map(({ path }) => path).filter((path) => path !== '');
  const choices = valuedOptions(places).flatMap(({ name, value }) =>
    value.kind === 'words' ? [`    ${name}) words=${quoted(value.words.join(' '))} ;;`] : [],
  );
  const arms = places.map(
    ({ path, next, options }) =>
      `      ${quoted(path)}) commands=${quoted(next.map(({ word }) => word).join(' '))}; options=${quoted(options.map(({ name }) => name).join(' '))} ;;`,
  );
  return `# Completion of holdfast for bash, made by "holdfast completion bash".
_holdfast() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} place='' word words='' commands='' options='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$word" in
      ${namesOf(places).join('|')}) i=$((i + 1)); continue ;;
    esac
    case "\${place:+$place }$word" in
      ${paths.map(quoted).join('|')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$before" in
${choices.join('\n')}
    ${[...namesOf(places, 'file'), ...namesOf(places, 'text')].join('|')}) return ;;
    *)
    case "$place" in
${arms.join('\n')}
    esac
    case "$current" in
      -*) words=$options ;;
      *) words=$commands ;;
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _holdfast holdfast
`;
};
