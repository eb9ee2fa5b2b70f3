@echo off
rem Opens the page of the checker; a file dropped on this program is checked at once.
chcp 65001 >nul
"%~dp0python\python.exe" -X utf8 "%~dp0start.py" %*
if errorlevel 1 pause
