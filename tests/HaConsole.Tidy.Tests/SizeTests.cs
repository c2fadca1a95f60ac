using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HaConsole.Tidy.Tests;

/// <summary>A file has one subject, a method one thought.</summary>
public sealed class SizeTests
{
    private const int LongestFile = 500;
    private const int LongestMethod = 80;

    [Fact]
    public void No_file_is_too_long()
        => Repository.Clean($"a file has at most {LongestFile} lines", Repository.Below(["src/", "tests/", "migrations/"], ".cs", ".razor")
            .Where(x => !Repository.IsGenerated(x)).Select(x => (File: x, Lines: Repository.Text(x).Split('\n').Length))
            .Where(x => x.Lines > LongestFile).Select(x => $"{x.File}: {x.Lines} lines"));

    [Fact]
    public void No_method_is_too_long()
        => Repository.Clean($"a method has at most {LongestMethod} lines", Repository.Sources.Where(x => !Repository.IsGenerated(x.File)).SelectMany(source =>
            source.Root.DescendantNodes()
                .Where(x => x is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax)
                .Select(x => (Node: x, Lines: Lines(x)))
                .Where(x => x.Lines > LongestMethod)
                .Select(x => $"{source.File}:{x.Node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {Name(x.Node)} has {x.Lines} lines")));

    [Fact]
    public void A_type_name_is_used_once_in_a_project()
        => Repository.Clean("a type name means one thing", Repository.Sources.Where(x => !Repository.IsGenerated(x.File))
            .SelectMany(x => x.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                .Where(y => y.Parent is BaseNamespaceDeclarationSyntax or CompilationUnitSyntax && !y.Modifiers.Any(z => z.ValueText is "partial" or "file"))
                .Select(y => (Project: string.Join('/', x.File.Split('/').Take(2)), Name: y.Identifier.ValueText + Arity(y), x.File)))
            .GroupBy(x => (x.Project, x.Name)).Where(x => x.Count() > 1)
            .Select(x => $"{x.Key.Name}: {string.Join(", ", x.Select(y => y.File))}"));

    [Fact]
    public void A_file_of_sources_is_named_after_a_type_in_it()
        => Repository.Clean("a file is named after its subject", Repository.Sources
            .Where(x => x.File.StartsWith("src/", StringComparison.Ordinal) && Path.GetFileName(x.File) is not ("Program.cs" or "AssemblyInfo.cs"))
            .Select(x => (x.File, Types: x.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Where(y => y.Parent is BaseNamespaceDeclarationSyntax).ToList()))
            .Where(x => x.Types.Count == 1 && !Path.GetFileName(x.File).StartsWith(x.Types[0].Identifier.ValueText, StringComparison.Ordinal))
            .Select(x => $"{x.File}: its only type is {x.Types[0].Identifier.ValueText}"));

    private static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string Arity(BaseTypeDeclarationSyntax type) => type is TypeDeclarationSyntax { TypeParameterList: { } list } ? $"`{list.Parameters.Count}" : "";

    private static string Name(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.ValueText,
        LocalFunctionStatementSyntax function => function.Identifier.ValueText,
        _ => node.ToString().Split('\n')[0],
    };
}
