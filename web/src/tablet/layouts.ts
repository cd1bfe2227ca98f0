// What stands on the keys of the tablet's keyboard. Rows of signs, and the names of working keys.
export type Page = "letters" | "accents" | "signs";

export const WORKING = new Set(["shift", "back", "accents", "signs", "letters", "space", "enter", "language"]);

const LAST = ["language", "accents", "signs", "space", "enter"];
const ACCENTS = ["language", "letters", "signs", "space", "enter"];
const SIGNS = ["language", "letters", "accents", "space", "enter"];

function rows(...lines: string[]): string[][] {
  return lines.map((line) => line.split(" "));
}

export const LAYOUTS: Record<string, Record<Page, string[][]>> = {
  en: {
    letters: [
      ...rows("q w e r t y u i o p", "a s d f g h j k l '", "shift z x c v b n m , . ? back"),
      LAST,
    ],
    accents: [...rows("á é í ó ú ü ñ ç à è", "â ê ô ã õ ë ï ö ä œ", "shift ¿ ¡ “ ” « » — … back"), ACCENTS],
    signs: [...rows("1 2 3 4 5 6 7 8 9 0", "! ? : ; ( ) $ % & @", "- + = / * \" # _ back"), SIGNS],
  },
  es: {
    letters: [
      ...rows("á é í ó ú ü ¿ ¡ , .", "q w e r t y u i o p", "a s d f g h j k l ñ", "shift z x c v b n m ? ! back"),
      LAST,
    ],
    accents: [...rows("à è â ê ô ç ã õ ë ï", "ö ä œ ' “ ” « » — …", "shift back"), ACCENTS],
    signs: [...rows("1 2 3 4 5 6 7 8 9 0", "! ? : ; ( ) $ % & @", "- + = / * \" # _ back"), SIGNS],
  },
};

// The layout one key further: English, Spanish, English ...
export function after(language: string): string {
  const all = Object.keys(LAYOUTS);
  return all[(all.indexOf(language) + 1) % all.length] ?? "en";
}

export function known(language: string): string {
  return language.slice(0, 2) in LAYOUTS ? language.slice(0, 2) : "en";
}
