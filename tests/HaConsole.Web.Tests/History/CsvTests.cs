using HaConsole.Web.History;

namespace HaConsole.Web.Tests.History;

public sealed class CsvTests
{
    [Theory]
    [InlineData("=HYPERLINK(\"http://evil\")", "\"'=HYPERLINK(\"\"http://evil\"\")\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1+1|cmd", "\"'-1+1|cmd\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("  =1", "\"'  =1\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    public void Line_FieldThatASpreadsheetWouldCompute_IsText(string field, string expected) => Assert.Equal(expected + "\r\n", Csv.Line(field));

    [Theory]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("7", "7")]
    public void Line_SpecialCharacters_AreQuoted(string field, string expected) => Assert.Equal($"x,{expected}\r\n", Csv.Line("x", field));
}
