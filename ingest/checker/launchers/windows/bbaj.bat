@echo off
rem Explorer runs a program of an unopened zip from a folder in which nothing else lies: that is said, in UTF-8, below
rem lines that are ASCII. Tests look at these bytes, and run the launchers under Wine's command processor where it is
rem installed. How a real console of Windows draws the letters was not seen.
chcp 65001 >nul
if not exist "%~dp0python\python.exe" goto alone
"%~dp0python\python.exe" -X utf8 "%~dp0start.py" --console %*
exit /b

:alone
echo.
echo   bbaj
echo.
echo   Бағдарламаның қасында оның басқа файлдары жоқ: ол zip мұрағатының ішінен іске қосылған.
echo   Мұрағатты тінтуірдің оң жақ батырмасымен басып, «Барлығын шығару» дегенді таңдаңыз,
echo   содан кейін шыққан бумадағы осы файлды іске қосыңыз.
echo.
echo   Рядом с программой нет остальных её файлов: она запущена прямо из архива zip.
echo   Щёлкните архив правой кнопкой мыши, выберите «Извлечь все»,
echo   затем запустите этот же файл в появившейся папке.
echo.
exit /b 1
