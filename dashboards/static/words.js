// Calendars, relative times and the small words of components in Kazakh and Russian.
//
// Superset's program carries a calendar (dayjs) and components (antd) that speak English until they are told
// otherwise, and has no Kazakh for either. This file runs before the program and, as the pieces arrive, teaches them
// the language that the page was asked in. A piece is known by a mark in its text; where a newer Superset has no such
// mark nothing happens, and the page is as it was.
(function () {
  'use strict';

  // In Russian a number asks for one of three forms: 1 минута, 2 минуты, 5 минут.
  function russian(one, few, many) {
    return function (number) {
      var last = number % 10;
      var isTeen = number % 100 > 10 && number % 100 < 20;
      return number + ' ' + (isTeen || last === 0 || last > 4 ? many : last === 1 ? one : few);
    };
  }

  // What a calendar of dayjs is made of.
  function calendar(name, words, relativeTime, formats) {
    return {
      name: name,
      weekdays: words.weekdays.split(' '),
      weekdaysShort: words.weekdaysMin.split(' '),
      weekdaysMin: words.weekdaysMin.split(' '),
      months: words.months.split(' '),
      monthsShort: words.monthsShort.split(' '),
      weekStart: 1,
      yearStart: 4,
      formats: Object.assign(
        { LT: 'HH:mm', LTS: 'HH:mm:ss', L: 'DD.MM.YYYY', l: 'DD.MM.YYYY' }, formats),
      relativeTime: relativeTime,
      ordinal: function (number) { return String(number); },
    };
  }

  var CALENDARS = {
    kk: calendar('kk', {
      weekdays: 'жексенбі дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі',
      weekdaysMin: 'жс дс сс ср бс жм сн',
      months: 'қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан',
      monthsShort: 'қаң ақп нау сәу мам мау шіл там қыр қаз қар жел',
    }, {
      future: '%s өткен соң', past: '%s бұрын', s: 'бірнеше секунд', m: '1 минут', mm: '%d минут', h: '1 сағат',
      hh: '%d сағат', d: '1 күн', dd: '%d күн', M: '1 ай', MM: '%d ай', y: '1 жыл', yy: '%d жыл',
    }, {
      LL: 'YYYY [ж.] D MMMM', LLL: 'YYYY [ж.] D MMMM, HH:mm', LLLL: 'dddd, YYYY [ж.] D MMMM, HH:mm',
    }),
    ru: calendar('ru', {
      weekdays: 'воскресенье понедельник вторник среда четверг пятница суббота',
      weekdaysMin: 'вс пн вт ср чт пт сб',
      months: 'январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь',
      monthsShort: 'янв фев мар апр май июн июл авг сен окт ноя дек',
    }, {
      future: 'через %s', past: '%s назад', s: 'несколько секунд', m: 'минуту',
      mm: russian('минуту', 'минуты', 'минут'), h: 'час', hh: russian('час', 'часа', 'часов'), d: 'день',
      dd: russian('день', 'дня', 'дней'), M: 'месяц', MM: russian('месяц', 'месяца', 'месяцев'), y: 'год',
      yy: russian('год', 'года', 'лет'),
    }, {
      LL: 'DD.MM.YYYY [г.]', LLL: 'DD.MM.YYYY [г.], HH:mm', LLLL: 'dddd, DD.MM.YYYY [г.], HH:mm',
    }),
  };

  var FORMATS = {
    dateFormat: 'DD.MM.YYYY', fieldDateFormat: 'DD.MM.YYYY', dateTimeFormat: 'DD.MM.YYYY HH:mm:ss',
    fieldDateTimeFormat: 'DD.MM.YYYY HH:mm:ss', cellDateFormat: 'D', dayFormat: 'DD', yearFormat: 'YYYY',
    cellYearFormat: 'YYYY',
  };
  // The choice of a day; the words that lead from page to page of a list; what else components say.
  var PICKERS = {
    kk: Object.assign({
      locale: 'kk_KZ', placeholder: 'Күнді таңдаңыз', yearPlaceholder: 'Жылды таңдаңыз',
      quarterPlaceholder: 'Тоқсанды таңдаңыз', monthPlaceholder: 'Айды таңдаңыз', weekPlaceholder: 'Аптаны таңдаңыз',
      rangePlaceholder: ['Басталу күні', 'Аяқталу күні'], rangeYearPlaceholder: ['Басталу жылы', 'Аяқталу жылы'],
      rangeQuarterPlaceholder: ['Басталу тоқсаны', 'Аяқталу тоқсаны'],
      rangeMonthPlaceholder: ['Басталу айы', 'Аяқталу айы'], rangeWeekPlaceholder: ['Басталу аптасы', 'Аяқталу аптасы'],
      today: 'Бүгін', now: 'Қазір', backToToday: 'Бүгінге оралу', ok: 'Жарайды', clear: 'Тазарту', week: 'Апта',
      month: 'Ай', year: 'Жыл', timeSelect: 'Уақытты таңдау', dateSelect: 'Күнді таңдау', weekSelect: 'Аптаны таңдау',
      monthSelect: 'Айды таңдау', yearSelect: 'Жылды таңдау', decadeSelect: 'Онжылдықты таңдау',
      previousMonth: 'Алдыңғы ай', nextMonth: 'Келесі ай', previousYear: 'Алдыңғы жыл', nextYear: 'Келесі жыл',
      previousDecade: 'Алдыңғы онжылдық', nextDecade: 'Келесі онжылдық', previousCentury: 'Алдыңғы ғасыр',
      nextCentury: 'Келесі ғасыр', monthBeforeYear: false,
    }, FORMATS),
    ru: Object.assign({
      locale: 'ru_RU', placeholder: 'Выберите дату', yearPlaceholder: 'Выберите год',
      quarterPlaceholder: 'Выберите квартал', monthPlaceholder: 'Выберите месяц', weekPlaceholder: 'Выберите неделю',
      rangePlaceholder: ['Начальная дата', 'Конечная дата'], rangeYearPlaceholder: ['Начальный год', 'Конечный год'],
      rangeQuarterPlaceholder: ['Начальный квартал', 'Конечный квартал'],
      rangeMonthPlaceholder: ['Начальный месяц', 'Конечный месяц'],
      rangeWeekPlaceholder: ['Начальная неделя', 'Конечная неделя'], today: 'Сегодня', now: 'Сейчас',
      backToToday: 'К сегодняшнему дню', ok: 'ОК', clear: 'Очистить', week: 'Неделя', month: 'Месяц', year: 'Год',
      timeSelect: 'Выбрать время', dateSelect: 'Выбрать дату', weekSelect: 'Выбрать неделю',
      monthSelect: 'Выбрать месяц', yearSelect: 'Выбрать год', decadeSelect: 'Выбрать десятилетие',
      previousMonth: 'Предыдущий месяц', nextMonth: 'Следующий месяц', previousYear: 'Предыдущий год',
      nextYear: 'Следующий год', previousDecade: 'Предыдущее десятилетие', nextDecade: 'Следующее десятилетие',
      previousCentury: 'Предыдущий век', nextCentury: 'Следующий век',
    }, FORMATS),
  };
  var PAGES = {
    kk: {
      items_per_page: '/ бет', jump_to: 'Өту', jump_to_confirm: 'растау', page: 'Бет', prev_page: 'Алдыңғы бет',
      next_page: 'Келесі бет', prev_5: 'Алдыңғы 5 бет', next_5: 'Келесі 5 бет', prev_3: 'Алдыңғы 3 бет',
      next_3: 'Келесі 3 бет', page_size: 'Бет өлшемі',
    },
    ru: {
      items_per_page: '/ стр.', jump_to: 'Перейти', jump_to_confirm: 'подтвердить', page: 'Страница',
      prev_page: 'Предыдущая страница', next_page: 'Следующая страница', prev_5: 'Предыдущие 5 страниц',
      next_5: 'Следующие 5 страниц', prev_3: 'Предыдущие 3 страницы', next_3: 'Следующие 3 страницы',
      page_size: 'Размер страницы',
    },
  };

  var language = document.currentScript.dataset.language;
  if (!CALENDARS[language]) return;

  // Each piece by a mark in its text, and what it is taught once it has run. Packed, a piece may come twice.
  var pieces = [
    { mark: '"$isDayjsObject"', teach: function (dayjs) { dayjs.locale(CALENDARS[language]); } },
    { mark: 'prev_page:"Previous Page"', teach: words('prev_page', PAGES[language]) },
    { mark: 'previousDecade:"Last decade"', teach: words('previousDecade', PICKERS[language]) },
    { mark: 'label:"100 rows"', teach: countRows },
  ];

  // How many rows to show: «100 rows», «1k rows».
  function countRows(exported) {
    var rows = { kk: ' жол', ru: ' строк' }[language];
    Object.keys(exported).forEach(function (each) {
      if (!Array.isArray(exported[each])) return;
      exported[each].forEach(function (option) {
        if (/ rows$/.test(option.label)) option.label = option.value.toLocaleString('ru') + rows;
      });
    });
  }

  // Write words over those of whatever a piece exports that has the one named.
  function words(name, ours) {
    return function (exported) {
      Object.keys(exported).forEach(function (each) {
        if (exported[each] && exported[each][name]) Object.assign(exported[each], ours);
      });
    };
  }

  function followed(factory, teach) {
    return function (module, exports, require) {
      factory.call(this, module, exports, require);
      try {
        teach(module.exports);
      } catch (error) {
        console.warn('Not taught the language of the page:', error); // English there is better than no page
      }
    };
  }

  // Packed programs hand their modules over by `push`, and each that starts puts its own before the one it finds there:
  // a page holds two, and all of them hear of every module, in whatever order scripts arrive.
  var chunks = (self.webpackChunksuperset = self.webpackChunksuperset || []);
  var prepared = new WeakSet();

  function prepare(modules) {
    if (prepared.has(modules)) return;
    prepared.add(modules);
    Object.keys(modules).forEach(function (id) {
      var text = Function.prototype.toString.call(modules[id]);
      pieces.forEach(function (piece) {
        if (text.indexOf(piece.mark) >= 0) modules[id] = followed(modules[id], piece.teach);
      });
    });
  }

  function before(handOver) {
    return function (chunk) {
      prepare(chunk[1]);
      return handOver.call(chunks, chunk);
    };
  }

  // What came before this file has come by another way; whoever starts later still takes it from the list.
  chunks.forEach(function (chunk) { prepare(chunk[1]); });
  var push = before(chunks.push);
  Object.defineProperty(chunks, 'push', {
    configurable: true,
    get: function () { return push; },
    set: function (replaced) { push = before(replaced); },
  });
})();
