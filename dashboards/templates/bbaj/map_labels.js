/* Superset's country map tells a region's name and value to whoever points at it, and to nobody on paper or on a phone.
   Each region is asked what it would tell, and that is written on it. */
(function () {
  'use strict';
  var SVG = 'http://www.w3.org/2000/svg';
  var MAP = '.superset-legacy-chart-country-map';

  function toldOf(region, popup) {
    region.dispatchEvent(new MouseEvent('mouseenter'));
    var last = popup.firstElementChild && popup.firstElementChild.lastChild;  // name, line break, value
    var said = last && last.nodeType === Node.TEXT_NODE ? last.textContent : '';
    region.dispatchEvent(new MouseEvent('mouseout'));
    return said === 'null' ? '' : said;  // few, or nobody reported
  }

  function inkOn(region) {
    var parts = getComputedStyle(region).fill.match(/\d+(\.\d+)?/g);
    if (!parts) return '#52606d';
    return 0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2] < 140 ? '#ffffff' : '#1f2a37';
  }

  function write(layer, words, x, y, size, weight, ink) {
    var text = document.createElementNS(SVG, 'text');
    text.textContent = words;
    text.setAttribute('x', x);
    text.setAttribute('y', y);
    text.setAttribute('class', 'region-label');
    text.setAttribute('style', 'font-size:' + size + 'px;font-weight:' + weight + ';fill:' + ink);
    layer.appendChild(text);
  }

  function label(map) {
    var layer = map.querySelector('.map-layer');
    var popup = map.querySelector('.hover-popup');
    var regions = layer ? layer.querySelectorAll('path.region') : [];
    if (!popup || !regions.length || layer.querySelector('.region-label')) return;
    regions.forEach(function (region) {
      var known = region.__data__ && region.__data__.properties;
      if (!known || !known.LABEL) return;
      var box = region.getBBox();
      var middle = box.x + box.width / 2;
      var height = box.y + box.height / 2;
      var size = Math.min(box.width, box.height) / 7.2;
      var value = toldOf(region, popup) || '—';
      var ink = inkOn(region);
      write(layer, known.LABEL, middle, height - size * 0.25, size, 400, ink);
      write(layer, value, middle, height + size * 1.1, size * 1.15, 600, ink);
    });
  }

  var waiting = false;
  new MutationObserver(function () {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(function () {
      waiting = false;
      document.querySelectorAll(MAP).forEach(label);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
