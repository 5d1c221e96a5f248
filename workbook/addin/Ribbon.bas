Attribute VB_Name = "Ribbon"
Option Explicit
' The buttons of customUI14.xml. This file is ASCII only: VBA source has no Unicode.
' The Chinese messages stand on the hidden sheet xlpy.conf, made from conf.toml; GetConfig finds them there.

Private mClicked As Boolean

' Callback of every button. The control's tag names the function of xlpy.macros that does the work.
Public Sub OnButton(control As IRibbonControl)
    Dim problem As String

    problem = Hindrance()
    If problem <> "" Then
        Tell GetConfig(problem)
        Exit Sub
    End If

    On Error GoTo Failed
    mClicked = True
    RunPython "import xlpy.macros; xlpy.macros." & control.Tag & "()"
    mClicked = False
    Exit Sub

Failed:
    problem = Err.Description
    mClicked = False
    Tell GetConfig("TEXT NOT STARTED") & vbCrLf & problem
End Sub

' The key of the message that says why no command can run now, or "".
Private Function Hindrance() As String
    If ActiveWorkbook Is Nothing Then
        Hindrance = "TEXT NO WORKBOOK"
    ElseIf InStr(ActiveWorkbook.Name, "=") > 0 Or InStr(ActiveWorkbook.FullName, ";") > 0 Then
        ' xlwings cuts a workbook's name at "=" and its list of paths at ";"
        Hindrance = "TEXT BAD NAME"
    ElseIf Not FileExists(GetConfig("INTERPRETER_WIN")) Then
        Hindrance = "TEXT NO PYTHON"
    End If
End Function

Private Sub Tell(ByVal message As String)
    MsgBox message, vbExclamation, GetConfig("TEXT TITLE")
End Sub

' Whether a button is at work. A public function of an add-in can be called from a cell of any workbook, a received
' one too: those of xlwings that start programs or touch files do nothing unless a button asked for it.
Public Function Clicked() As Boolean
    Clicked = mClicked And TypeName(Application.Caller) <> "Range"
End Function
