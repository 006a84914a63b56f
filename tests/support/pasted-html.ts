// What programs put on the clipboard, shortened. Each sample has what the cleaning must cope with in that program.

/** Word: conditional comments, list items as paragraphs, spacers, a table, styles, a picture from disk. */
export const WORD_HTML = `<html xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {margin:0cm;} --></style></head>
<body lang=LV><!--StartFragment-->
<h1>Plāns <span style='mso-spacerun:yes'>  </span>2025<o:p></o:p></h1>
<p class=MsoNormal>Pirmā <b style='mso-bidi-font-weight:normal'>trekna</b> un <i>slīpa</i>
rinda<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>viens<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span>&nbsp;</span></span><![endif]>dziļāk<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;</span></span><![endif]>numurs<o:p></o:p></p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>A<o:p></o:p></p></td><td><p>B</p></td></tr><tr><td>C</td><td></td></tr></table>
<h3>Trešais līmenis</h3>
<p class=MsoNormal><a href="https://kekava.lv/">saite</a> <a href="javascript:alert(1)" onclick="alert(2)">slikta</a><img
src="file:///x.png"><script>alert(3)</script></p>
<!--EndFragment--></body></html>`;

/** LibreOffice: source line breaks, paragraphs in list items, coloured text. */
export const LIBRE_OFFICE_HTML = `<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/>
<title></title><meta name="generator" content="LibreOffice 7.4"/><style type="text/css">p { line-height: 115% }</style></head>
<body lang="lv-LV" dir="ltr"><h2 class="western">Virsraksts</h2>
<p style="line-height: 100%; margin-bottom: 0cm">Teksts ar <b>treknu</b> un <font color="#ff0000"><i>sarkanu</i></font>
vārdu</p>
<ol>
	<li><p style="margin-bottom: 0cm">pirmais</p></li>
	<li><p style="margin-bottom: 0cm">otrais</p>
	<ul>
		<li><p>iekšā</p></li>
	</ul></li>
</ol>
<blockquote>citēts</blockquote>
</body></html>`;

/** Google Docs: everything in a bold element that is not bold, marks as styles, lists nested beside their items. */
export const GOOGLE_DOCS_HTML = `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h1 dir="ltr"
style="line-height:1.38"><span style="font-size:20pt;font-weight:400;font-style:normal;">Virsraksts</span></h1><p dir="ltr"><span
style="font-weight:400;font-style:normal;">Parasts </span><span style="font-weight:700;">trekns</span><span
style="font-weight:400;font-style:italic;"> slīps</span></p><ul><li dir="ltr" aria-level="1"><p role="presentation"><span
style="font-weight:400;">viens</span></p></li><ul><li aria-level="2"><p role="presentation"><span>divi</span></p></li></ul></ul></b><br
class="Apple-interchange-newline">`;

/** A web page: line breaks, preformatted text, a button, drawings, hidden text, an address without protocol. */
export const WEB_HTML = `<div><div>Rinda viens<br>Rinda divi</div><pre>a  b
c</pre><dl><dt>T</dt><dd>D</dd></dl><button>Nospied</button><svg><text>x</text></svg><span style="display:none">slēpts</span><p>a<a
href="//x">b</a></p></div>`;
