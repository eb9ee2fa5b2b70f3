// Calendars, relative times and the small words of components in Kazakh.
//
// Superset carries a calendar (dayjs) and the words of its components (antd) for thirteen languages, not for Kazakh,
// and has no setting for another. This file runs before its program and, as the two pieces arrive, teaches them: the
// calendar is given a locale, the components' English words are replaced. A piece is known by a mark in its text;
// where a newer Superset has no such mark nothing happens, and the page is as it was.
(function () {
  'use strict';

  var months = 'қаңтар_ақпан_наурыз_сәуір_мамыр_маусым_шілде_тамыз_қыркүйек_қазан_қараша_желтоқсан'.split('_');
  var weekdays = 'жексенбі_дүйсенбі_сейсенбі_сәрсенбі_бейсенбі_жұма_сенбі'.split('_');

  var CALENDAR = {
    name: 'kk',
    weekdays: weekdays,
    weekdaysShort: 'жек_дүй_сей_сәр_бей_жұм_сен'.split('_'),
    weekdaysMin: 'жс_дс_сс_ср_бс_жм_сн'.split('_'),
    months: months,
    monthsShort: 'қаң_ақп_нау_сәу_мам_мау_шіл_там_қыр_қаз_қар_жел'.split('_'),
    weekStart: 1,
    yearStart: 4,
    formats: {
      LT: 'HH:mm',
      LTS: 'HH:mm:ss',
      L: 'DD.MM.YYYY',
      LL: 'YYYY [ж.] D MMMM',
      LLL: 'YYYY [ж.] D MMMM, HH:mm',
      LLLL: 'dddd, YYYY [ж.] D MMMM, HH:mm',
    },
    relativeTime: {
      future: '%s өткен соң',
      past: '%s бұрын',
      s: 'бірнеше секунд',
      m: '1 минут',
      mm: '%d минут',
      h: '1 сағат',
      hh: '%d сағат',
      d: '1 күн',
      dd: '%d күн',
      M: '1 ай',
      MM: '%d ай',
      y: '1 жыл',
      yy: '%d жыл',
    },
    ordinal: function (number) { return number + '-'; },
  };

  var picker = {
    locale: 'kk_KZ',
    placeholder: 'Күнді таңдаңыз',
    yearPlaceholder: 'Жылды таңдаңыз',
    quarterPlaceholder: 'Тоқсанды таңдаңыз',
    monthPlaceholder: 'Айды таңдаңыз',
    weekPlaceholder: 'Аптаны таңдаңыз',
    rangePlaceholder: ['Басталу күні', 'Аяқталу күні'],
    rangeYearPlaceholder: ['Басталу жылы', 'Аяқталу жылы'],
    rangeQuarterPlaceholder: ['Басталу тоқсаны', 'Аяқталу тоқсаны'],
    rangeMonthPlaceholder: ['Басталу айы', 'Аяқталу айы'],
    rangeWeekPlaceholder: ['Басталу аптасы', 'Аяқталу аптасы'],
    today: 'Бүгін',
    now: 'Қазір',
    backToToday: 'Бүгінге оралу',
    ok: 'Жарайды',
    clear: 'Тазарту',
    week: 'Апта',
    month: 'Ай',
    year: 'Жыл',
    timeSelect: 'уақытты таңдау',
    dateSelect: 'күнді таңдау',
    weekSelect: 'Аптаны таңдау',
    monthSelect: 'Айды таңдау',
    yearSelect: 'Жылды таңдау',
    decadeSelect: 'Онжылдықты таңдау',
    previousMonth: 'Алдыңғы ай (PageUp)',
    nextMonth: 'Келесі ай (PageDown)',
    previousYear: 'Алдыңғы жыл (Control + солға)',
    nextYear: 'Келесі жыл (Control + оңға)',
    previousDecade: 'Алдыңғы онжылдық',
    nextDecade: 'Келесі онжылдық',
    previousCentury: 'Алдыңғы ғасыр',
    nextCentury: 'Келесі ғасыр',
    dateFormat: 'DD.MM.YYYY',
    fieldDateFormat: 'DD.MM.YYYY',
    dateTimeFormat: 'DD.MM.YYYY HH:mm:ss',
    fieldDateTimeFormat: 'DD.MM.YYYY HH:mm:ss',
    cellDateFormat: 'D',
    dayFormat: 'DD',
    monthBeforeYear: false,
    yearFormat: 'YYYY',
    cellYearFormat: 'YYYY',
  };
  var timePicker = { placeholder: 'Уақытты таңдаңыз', rangePlaceholder: ['Басталу уақыты', 'Аяқталу уақыты'] };
  var calendar = { lang: picker, timePickerLocale: timePicker };
  var wrongType = '«${label}» мәнінің түрі жарамсыз';

  var COMPONENTS = {
    locale: 'kk',
    Pagination: {
      items_per_page: '/ бет',
      jump_to: 'Өту',
      jump_to_confirm: 'растау',
      page: 'Бет',
      prev_page: 'Алдыңғы бет',
      next_page: 'Келесі бет',
      prev_5: 'Алдыңғы 5 бет',
      next_5: 'Келесі 5 бет',
      prev_3: 'Алдыңғы 3 бет',
      next_3: 'Келесі 3 бет',
      page_size: 'бет өлшемі',
    },
    DatePicker: calendar,
    TimePicker: timePicker,
    Calendar: calendar,
    global: { placeholder: 'Таңдаңыз', close: 'Жабу' },
    Table: {
      filterTitle: 'Сүзгі',
      filterConfirm: 'Жарайды',
      filterReset: 'Тазарту',
      filterEmptyText: 'Сүзгі жоқ',
      filterCheckAll: 'Барлығын таңдау',
      filterSearchPlaceholder: 'Сүзгілерден іздеу',
      emptyText: 'Деректер жоқ',
      selectAll: 'Ағымдағы бетті таңдау',
      selectInvert: 'Ағымдағы беттегі таңдауды кері қайтару',
      selectNone: 'Таңдауды тазарту',
      selectionAll: 'Барлық деректі таңдау',
      sortTitle: 'Сұрыптау',
      expand: 'Жолды жаю',
      collapse: 'Жолды жинау',
      triggerDesc: 'Кему ретімен сұрыптау үшін басыңыз',
      triggerAsc: 'Өсу ретімен сұрыптау үшін басыңыз',
      cancelSort: 'Сұрыптауды алып тастау үшін басыңыз',
    },
    Tour: { Next: 'Келесі', Previous: 'Алдыңғы', Finish: 'Аяқтау' },
    Modal: { okText: 'Жарайды', cancelText: 'Бас тарту', justOkText: 'Жарайды' },
    Popconfirm: { okText: 'Жарайды', cancelText: 'Бас тарту' },
    Transfer: {
      searchPlaceholder: 'Іздеу',
      itemUnit: 'элемент',
      itemsUnit: 'элемент',
      remove: 'Алып тастау',
      selectCurrent: 'Ағымдағы бетті таңдау',
      removeCurrent: 'Ағымдағы бетті алып тастау',
      selectAll: 'Барлық деректі таңдау',
      deselectAll: 'Таңдауды алып тастау',
      removeAll: 'Барлығын алып тастау',
      selectInvert: 'Таңдауды кері қайтару',
    },
    Upload: {
      uploading: 'Жүктеп салынуда…',
      removeFile: 'Файлды алып тастау',
      uploadError: 'Файл жүктеп салынбады',
      previewFile: 'Файлды алдын ала көру',
      downloadFile: 'Файлды жүктеп алу',
    },
    Empty: { description: 'Деректер жоқ' },
    Icon: { icon: 'белгіше' },
    Text: { edit: 'Өзгерту', copy: 'Көшіру', copied: 'Көшірілді', expand: 'Жаю', collapse: 'Жинау' },
    Form: {
      optional: '(міндетті емес)',
      defaultValidateMessages: {
        default: '«${label}» өрісінде қате бар',
        required: '«${label}» өрісін толтырыңыз',
        enum: '«${label}» мына мәндердің бірі болуы тиіс: [${enum}]',
        whitespace: '«${label}» бос болмауы тиіс',
        date: {
          format: '«${label}» күнінің пішімі жарамсыз',
          parse: '«${label}» күн деп танылмады',
          invalid: '«${label}» күні жарамсыз',
        },
        types: {
          string: wrongType, method: wrongType, array: wrongType, object: wrongType, number: wrongType,
          date: wrongType, boolean: wrongType, integer: wrongType, float: wrongType, regexp: wrongType,
          email: wrongType, url: wrongType, hex: wrongType,
        },
        string: {
          len: '«${label}» ұзындығы ${len} таңба болуы тиіс',
          min: '«${label}» кемінде ${min} таңба болуы тиіс',
          max: '«${label}» ең көбі ${max} таңба болуы тиіс',
          range: '«${label}» ұзындығы ${min}–${max} таңба болуы тиіс',
        },
        number: {
          len: '«${label}» мәні ${len} болуы тиіс',
          min: '«${label}» кемінде ${min} болуы тиіс',
          max: '«${label}» ең көбі ${max} болуы тиіс',
          range: '«${label}» ${min}–${max} аралығында болуы тиіс',
        },
        array: {
          len: '«${label}»: ${len} элемент қажет',
          min: '«${label}»: кемінде ${min} элемент қажет',
          max: '«${label}»: ең көбі ${max} элемент болуы тиіс',
          range: '«${label}»: ${min}–${max} элемент болуы тиіс',
        },
        pattern: { mismatch: '«${label}» ${pattern} үлгісіне сай емес' },
      },
    },
    QRCode: { expired: 'QR кодының мерзімі өтті', refresh: 'Жаңарту', scanned: 'Оқылды' },
    ColorPicker: {
      presetEmpty: 'Бос',
      transparent: 'Мөлдір',
      singleColor: 'Бір түс',
      gradientColor: 'Біртіндеп өзгеретін түс',
    },
  };

  // Each piece by a mark in its text, and what it is taught once it has run. Packed, the components' words come twice.
  var pieces = [
    { mark: '"$isDayjsObject"', teach: function (dayjs) { dayjs.locale(CALENDAR); } },
    {
      mark: 'locale:"en",Pagination',
      teach: function (exported) {
        Object.keys(exported).forEach(function (name) {
          if (exported[name] && exported[name].Pagination) merge(exported[name], COMPONENTS);
        });
      },
    },
  ];

  function merge(target, words) {
    Object.keys(words).forEach(function (name) {
      var word = words[name];
      var isTree = word && typeof word === 'object' && !Array.isArray(word);
      if (isTree && target[name] && typeof target[name] === 'object') merge(target[name], word);
      else target[name] = word;
    });
  }

  function followed(factory, teach) {
    return function (module, exports, require) {
      factory.call(this, module, exports, require);
      try {
        teach(module.exports);
      } catch (error) {
        console.warn('Not taught Kazakh:', error); // English there is better than no page
      }
    };
  }

  function prepare(modules) {
    Object.keys(modules).forEach(function (id) {
      var text = Function.prototype.toString.call(modules[id]);
      pieces.forEach(function (piece) {
        if (text.indexOf(piece.mark) >= 0) modules[id] = followed(modules[id], piece.teach);
      });
    });
  }

  // Packed programs hand their modules over by `push`, which the program itself replaces while it starts.
  var chunks = (self.webpackChunksuperset = self.webpackChunksuperset || []);
  var handOver = Array.prototype.push;
  var isInside = false;

  function push(chunk) {
    if (isInside) return Array.prototype.push.call(chunks, chunk); // the program keeps its own list by the old one
    prepare(chunk[1]);
    isInside = true;
    try {
      return handOver.call(chunks, chunk);
    } finally {
      isInside = false;
    }
  }

  Object.defineProperty(chunks, 'push', {
    configurable: true,
    get: function () { return push; },
    set: function (replaced) { handOver = replaced; },
  });
})();
