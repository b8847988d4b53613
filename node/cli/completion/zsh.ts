import { namesOf, valuedOptions, type Place, type Word } from './places.js';

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const described = ({ word, summary }: Word): string => quoted(`${word.replaceAll(':', String.raw`\:`)}:${summary}`);

/** The script for zsh, to be sourced or kept as `_holdfast` in a folder of `$fpath`. */
export const zshScript = (places: readonly Place[]): string => {
  const paths = places.map(({ path }) => path).filter((path) => path !== '');
  const choices = valuedOptions(places).flatMap(({ name, value }) =>
    value.kind === 'words' ? [`    (${name}) compadd -- ${value.words.map(quoted).join(' ')}; return ;;`] : [],
  );
  const arms = places.map(
    ({ path, next, options }) =>
      `    (${quoted(path)})\n      commands=(${next.map(described).join(' ')})\n      options=(${options.map(({ name, summary }) => described({ word: name, summary })).join(' ')}) ;;`,
  );
  return `#compdef holdfast
# Completion of holdfast for zsh, made by "holdfast completion zsh".
_holdfast() {
  local place='' word before=\${words[CURRENT-1]}
  local -a commands options
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    case $word in
      (${namesOf(places).join('|')}) ((i++)); continue ;;
    esac
    case "\${place:+$place }$word" in
      (${paths.map(quoted).join('|')}) place="\${place:+$place }$word" ;;
    esac
  done
  case $before in
${choices.join('\n')}
    (${namesOf(places, 'file').join('|')}) _files; return ;;
    (${namesOf(places, 'text').join('|')}) _message 'a value'; return ;;
  esac
  case $place in
${arms.join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe 'option' options
  elif (( \${#commands} )); then
    _describe 'command' commands
  else
    _files
  fi
}
if [[ \${funcstack[1]} == _holdfast ]]; then
  _holdfast "$@"
else
  compdef _holdfast holdfast
fi
`;
};
