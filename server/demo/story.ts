import type { Block } from '#domain/rich-text.ts';
import type { Voice } from './cast.ts';

// Who wrote what of the demo plan. Titles and descriptions are those of the sample plan; here it is said who words
// which part of them, what people add below, correct, take out and bring back. Made up, like every figure.

type Words = [by: Voice, text: string][];

export type Script = {
  /** Creates the action and sets its dates, status and responsible organisation. */
  by: Voice;
  /** Who words the description, each a part of it. */
  describe: Voice[];
  /** The title in parts, where several word it. */
  title?: Words;
  /** A slip of the pen in the description, corrected by somebody else. */
  slip?: { draft: string; final: string; by: Voice };
  /** What is added below the description, block by block. */
  more: { block?: Block; words: Words }[];
  /** Somebody types this at the end and takes it back at once (undo). */
  undone?: { by: Voice; text: string };
  /** Somebody types this at the end, somebody else deletes it later. */
  removed?: { by: Voice; text: string; later: Voice };
  /** Somebody deletes these words by mistake and brings them back (undo). */
  restored?: { by: Voice; text: string };
  /** Words set in bold by somebody else than their author. */
  bold?: { by: Voice; text: string };
  /** Who enters indicator, municipal and attracted money, and volunteer hours. */
  figures: { indicator: Voice; municipal: Voice; attracted: Voice; hours: Voice };
  /** A note at the attracted money. */
  note?: { by: Voice; text: string };
  horizon?: 'soon' | 'long-term';
};

const figures = (indicator: Voice, municipal: Voice, attracted: Voice, hours: Voice): Script['figures'] => ({
  indicator,
  municipal,
  attracted,
  hours,
});

/** By the number of the row in the sample plan. */
export const STORY: Record<number, Script> = {
  1: {
    by: 'MB',
    describe: ['MB', 'IL', 'AK'],
    title: [
      ['MB', 'Ceturkšņa tikšanās pašvaldības vadībai ar kopienām'],
      ['AK', ' un biedrībām'],
    ],
    slip: { draft: 'mēneša laikā', final: 'divu nedēļu laikā', by: 'IL' },
    more: [
      {
        words: [
          ['JS', 'Pirmā tikšanās notiek Daugmalē'],
          ['IL', ', tad Jaunsilā'],
          ['GR', ', vasarā Mežiniekos'],
          ['MB', ' un gada nogalē Ķekavā.'],
        ],
      },
      { block: 'heading2', words: [['AK', 'Kā sagatavojamies']] },
      {
        block: 'bullet',
        words: [
          ['IL', 'Jautājumus iesūta nedēļu iepriekš'],
          ['MB', ', lai uz tiem var atbildēt pēc būtības.'],
        ],
      },
      { block: 'bullet', words: [['GR', 'Vienu tikšanos vada kopiena, nevis pašvaldība.']] },
    ],
    undone: { by: 'PO', text: ' Uzņēmēji nāk tikai uz vienu.' },
    bold: { by: 'AK', text: 'Vienu tikšanos vada kopiena' },
    figures: figures('AK', 'MB', 'AK', 'IL'),
    horizon: 'soon',
  },
  2: {
    by: 'AK',
    describe: ['AK', 'GR'],
    more: [
      {
        words: [
          ['ES', 'Katrai kopienai ir sava ideju diena'],
          ['LA', ', kurā piedalās arī tie, kas internetu nelieto'],
          ['AK', '; viņu idejas pieraksta kāds no mums.'],
        ],
      },
      { block: 'ordered', words: [['AK', 'Augustā savācam idejas.']] },
      {
        block: 'ordered',
        words: [
          ['KV', 'Septembrī līdzīgās idejas apvienojam'],
          ['DZ', ' un aprēķinām, cik tās maksā.'],
        ],
      },
      { block: 'ordered', words: [['MB', 'Novembrī plānu apstiprina kopā ar budžetu.']] },
      { block: 'quote', words: [['GR', 'Ko neesam kopā rakstījuši, to kopā arī nedarīsim.']] },
    ],
    restored: { by: 'DZ', text: 'ar tās autoriem' },
    figures: figures('AK', 'MB', 'KV', 'AK'),
    horizon: 'long-term',
  },
  3: {
    by: 'DZ',
    describe: ['DZ', 'IL'],
    more: [
      {
        words: [
          ['ES', 'Konsultācijas notiek arī vakaros'],
          ['IL', ' un sestdienās bibliotēkā'],
          ['ZL', ' (bez maksas)'],
          ['DZ', '.'],
        ],
      },
      {
        words: [['DZ', 'Katram palīdzam sagatavot tāmi, jo tieši tā pērn sagādāja visvairāk grūtību.']],
      },
    ],
    figures: figures('IL', 'DZ', 'DZ', 'JS'),
    horizon: 'soon',
  },
  4: {
    by: 'AK',
    describe: ['AK', 'KV'],
    more: [
      { block: 'heading2', words: [['KV', 'Programma']] },
      {
        block: 'bullet',
        words: [
          ['KV', 'No rīta: trīs stāsti no vizītēm'],
          ['LA', ', kurus stāsta paši braucēji.'],
        ],
      },
      { block: 'bullet', words: [['PO', 'Pusdienas gatavo Mežinieku mājražotāji.']] },
      {
        block: 'bullet',
        words: [
          ['AK', 'Pēcpusdienā: darbs grupās'],
          ['JS', ' un vienošanās par to, ko ieviešam nākamgad.'],
        ],
      },
    ],
    figures: figures('KV', 'DZ', 'AK', 'KV'),
  },
  5: {
    by: 'MB',
    describe: ['MB', 'IL'],
    title: [
      ['MB', 'Mazo grantu konkurss'],
      ['IL', ' kopienu iniciatīvām'],
    ],
    slip: { draft: 'trešdaļa', final: 'puse', by: 'IL' },
    more: [
      {
        words: [
          ['IL', 'Katra kopiena var pieteikt arī ideju'],
          ['GR', ', kas tapusi kopā ar kaimiņu kopienu.'],
        ],
      },
      {
        words: [
          ['AK', 'Pieteikumu vienas lapas garumā var iesniegt arī ar roku rakstītu.'],
          ['JS', ' Atbildi katrs saņem divu nedēļu laikā, ar pamatojumu.'],
        ],
      },
    ],
    restored: { by: 'GR', text: 'Atbildi katrs saņem divu nedēļu laikā' },
    bold: { by: 'MB', text: 'arī ar roku rakstītu' },
    figures: figures('AK', 'MB', 'MB', 'GR'),
    note: { by: 'AK', text: 'Kopienu un uzņēmēju ieguldījums īstenotajās iniciatīvās.' },
    horizon: 'soon',
  },
  6: {
    by: 'DZ',
    describe: ['DZ', 'KV'],
    more: [
      {
        words: [
          ['DZ', 'Priekšfinansējumu izmaksā mēneša laikā pēc līguma noslēgšanas'],
          ['JS', ', jo mazai biedrībai nav naudas, ar ko gaidīt.'],
        ],
      },
      {
        words: [
          ['KV', 'Pārskats ir viens'],
          ['IL', ' – tas pats, ko biedrība iesniedz fondam.'],
        ],
      },
    ],
    figures: figures('KV', 'DZ', 'KV', 'KV'),
    note: { by: 'DZ', text: 'Visu programmu nauda kopā; dalījumu redzēs pēc projektu apstiprināšanas.' },
    horizon: 'long-term',
  },
  7: {
    by: 'AK',
    describe: ['AK', 'GR'],
    more: [
      {
        words: [
          ['KV', 'Vietas grupā dalām vienādi'],
          ['JS', ': pa divām katrai organizācijai'],
          ['LA', ', un vismaz viena ir kādam, kas brauc pirmo reizi.'],
        ],
      },
      {
        words: [['AK', 'Pēc brauciena katrs pieraksta vienu ideju, ko var ieviest uzreiz, un vienu, kam vajag laiku.']],
      },
    ],
    figures: figures('GR', 'DZ', 'AK', 'AK'),
    horizon: 'soon',
  },
  8: {
    by: 'GR',
    describe: ['GR', 'LA', 'MB'],
    more: [
      { block: 'heading2', words: [['GR', 'Šogad']] },
      { block: 'bullet', words: [['LA', 'Digitālajā kartē ikviens var atzīmēt vietu, kas jāsakopj.']] },
      {
        block: 'bullet',
        words: [
          ['GR', 'Koplietošanas darbnīcu iekārtojam vecajā katlumājā'],
          ['MB', '; telpas bez maksas piešķir pašvaldība.'],
        ],
      },
      {
        block: 'bullet',
        words: [
          ['LA', 'Apkaimes diena ir jūnijā'],
          ['ES', ', un to rīkojam kopā ar Jaunsilu.'],
        ],
      },
    ],
    bold: { by: 'LA', text: 'bez maksas' },
    figures: figures('LA', 'MB', 'GR', 'LA'),
    horizon: 'long-term',
  },
  9: {
    by: 'GR',
    describe: ['GR', 'PO'],
    more: [
      {
        words: [
          ['PO', 'Sākam ar vienu kopīgu brīvdienu maršrutu'],
          ['GR', ': darbnīca, pusdienas pie audzētāja un nakts viesu namā.'],
        ],
      },
      {
        words: [
          ['PO', 'Cenu katrs nosaka pats'],
          ['LA', ', bet visu var rezervēt vienuviet.'],
        ],
      },
    ],
    removed: { by: 'ES', text: ' Aicinām arī dārzkopjus no Jaunsila.', later: 'GR' },
    figures: figures('PO', 'MB', 'PO', 'GR'),
    horizon: 'long-term',
  },
  10: {
    by: 'KV',
    describe: ['KV', 'AK'],
    more: [
      {
        words: [
          ['JS', 'Mentors nav eksperts no malas'],
          ['IL', ', bet cilvēks no pašas kopienas'],
          ['GR', ', kuram ir laiks un pacietība.'],
        ],
      },
    ],
    figures: figures('KV', 'DZ', 'KV', 'AK'),
  },
  11: {
    by: 'JS',
    describe: ['JS', 'MB'],
    more: [
      {
        words: [
          ['JS', 'Vispirms noskaidrojam, cik elektrības patērē kultūras centrs'],
          ['MB', ' un kāda jauda ir pieejama tīklā.'],
        ],
      },
      {
        words: [
          ['JS', 'Mājsaimniecības aptaujājam klātienē'],
          ['IL', ', jo anketa internetā sasniedz tikai pusi.'],
        ],
      },
    ],
    undone: { by: 'JS', text: ' Kas par to maksā?' },
    figures: figures('JS', 'MB', 'JS', 'JS'),
    horizon: 'long-term',
  },
  12: {
    by: 'KV',
    describe: ['KV', 'JS'],
    more: [
      { block: 'heading2', words: [['JS', 'Trīs jautājumi']] },
      { block: 'ordered', words: [['JS', 'Kas drīkst būt biedrs?']] },
      { block: 'ordered', words: [['JS', 'Kā dala saražoto elektrību?']] },
      { block: 'ordered', words: [['MB', 'Kas maksā par pieslēgumu?']] },
    ],
    figures: figures('JS', 'MB', 'KV', 'JS'),
    horizon: 'soon',
  },
  13: {
    by: 'IL',
    describe: ['IL', 'SE'],
    more: [
      {
        words: [
          ['SE', 'Sociālais dienests iepazīstina senioru ar brīvprātīgo'],
          ['IL', ' un pirmajā reizē atnāk līdzi'],
          ['ES', ', lai abi justos droši.'],
        ],
      },
      { words: [['SE', 'Reizi mēnesī brīvprātīgie tiekas, lai izrunātu arī grūto.']] },
    ],
    restored: { by: 'SE', text: 'lai abi justos droši' },
    figures: figures('SE', 'DZ', 'IL', 'ES'),
    horizon: 'long-term',
  },
  14: {
    by: 'JS',
    describe: ['JS', 'RK'],
    title: [
      ['JS', 'Jauniešu'],
      ['RK', ' iniciatīvu darbnīca'],
    ],
    more: [
      {
        words: [
          ['RK', 'Idejas aizstāv pašu jauniešu žūrijas priekšā'],
          ['JS', ', un pieaugušie tikai klausās.'],
        ],
      },
      {
        words: [
          ['RK', 'Katrai idejai ir līdz 300 eiro'],
          ['DZ', ' un viens pieaugušais, kas palīdz ar rēķiniem.'],
        ],
      },
    ],
    figures: figures('RK', 'DZ', 'RK', 'RK'),
  },
  15: {
    by: 'MB',
    describe: ['MB', 'KV'],
    more: [
      {
        words: [
          ['MB', 'Sākam ar pieciem pakalpojumiem'],
          ['AK', ', kurus biedrības jau sniedz pašu spēkiem.'],
        ],
      },
      { words: [['SE', 'Līguma paraugā ierakstām arī to, ko darām, ja kaut kas neizdodas.']] },
    ],
    figures: figures('AK', 'MB', 'MB', 'KV'),
    horizon: 'long-term',
  },
  16: {
    by: 'LA',
    describe: ['LA', 'ES'],
    more: [
      {
        words: [
          ['ES', 'Talku dienas saskaņojam visās apkaimēs'],
          ['GR', ', lai darbarīkus var lietot pēc kārtas'],
          ['ZL', ' (ar karti)'],
          ['ES', '.'],
        ],
      },
      { words: [['PO', 'Pusdienas talciniekiem sarūpē vietējie uzņēmēji.']] },
    ],
    figures: figures('LA', 'MB', 'PO', 'LA'),
    horizon: 'soon',
  },
  17: {
    by: 'IL',
    describe: ['IL', 'ES'],
    more: [
      {
        words: [
          ['IL', 'Skolēni par dobēm rūpējas mācību laikā'],
          ['ES', ', bet vasarā tās laista dārza kaimiņi.'],
        ],
      },
      { words: [['IL', 'Uz ražas svētkiem septembrī nāk visi.']] },
    ],
    figures: figures('ES', 'DZ', 'IL', 'ES'),
  },
  18: {
    by: 'AK',
    describe: ['AK', 'KV'],
    more: [
      {
        words: [
          ['KV', 'Pasākumu kalendārā ieraksta tā rīkotājs'],
          ['DZ', ', un pašvaldība to pārpublicē savā lapā.'],
        ],
      },
      {
        words: [
          ['LA', 'Ziņu lapu drukājam arī uz papīra'],
          ['IL', ' – veikalam, bibliotēkai un ģimenes ārsta praksei.'],
        ],
      },
    ],
    figures: figures('KV', 'DZ', 'AK', 'KV'),
    horizon: 'soon',
  },
  19: {
    by: 'DZ',
    describe: ['DZ', 'AK'],
    more: [
      {
        words: [
          ['AK', 'Balvu saņem ideja, nevis cilvēks'],
          ['GR', ': uz tās ir visu autoru vārdi.'],
        ],
      },
      { words: [['PO', 'Balvas izgatavo vietējie amatnieki.']] },
    ],
    figures: figures('AK', 'DZ', 'PO', 'AK'),
  },
  20: {
    by: 'AK',
    describe: ['AK', 'KV'],
    more: [
      {
        words: [
          ['AK', 'Skaitām ne tikai eiro'],
          ['JS', ', bet arī stundas'],
          ['GR', ', idejas'],
          ['IL', ' un cilvēkus, kas kļuva par līdzautoriem.'],
        ],
      },
      { words: [['MB', 'Izvērtējumu lasa arī tie, kas plānu nerakstīja.']] },
    ],
    bold: { by: 'KV', text: 'ne tikai eiro' },
    figures: figures('KV', 'DZ', 'AK', 'KV'),
    horizon: 'long-term',
  },
};
